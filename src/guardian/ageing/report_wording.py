"""What the report says in whole sentences, in Spanish and in English."""

from collections.abc import Callable
from dataclasses import dataclass

from guardian.ageing.hindsight import Measure, Trust
from guardian.ageing.report import AgeingReport


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """The figures of a report as words of one language."""

    report: AgeingReport
    language: str
    ceiling_days: int

    def number(self, value: int) -> str:
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self.language)

    def percent(self, share: float) -> str:
        from babel.numbers import format_percent

        return format_percent(share, locale=self.language)

    @property
    def clients(self) -> str:
        return self.number(self.report.hindsight.active.clients)

    @property
    def silent(self) -> str:
        return self.number(self.report.hindsight.active.silent)

    def rule(self, name: str) -> Measure:
        return next(one for one in self.report.hindsight.active.measures if one.rule == name)

    @property
    def ranked(self) -> str:
        return self.percent(self.rule("guardian").auc)

    @property
    def by_days(self) -> str:
        return self.percent(self.rule("recency").auc)

    @property
    def off(self) -> str:
        return self.percent(self.rule("guardian").ece or 0.0)

    @property
    def learnt_from(self) -> str:
        return self.number(self.report.at.learnt_from)

    @property
    def alive(self) -> str:
        return self.percent(self.report.at.alive)

    @property
    def early(self) -> str:
        return self.percent(self.report.at.early)

    @property
    def ceiling(self) -> int:
        learnt = self.report.at.ceiling
        return self.ceiling_days if learnt is None else min(learnt, self.ceiling_days)


def trust_sentence(report: AgeingReport, language: str, *, ceiling_days: int) -> str:
    """Return in `es` or `en` whether the model can be trusted, and from how many clients that is known."""
    told = _Told(report=report, language=language, ceiling_days=ceiling_days)
    return _TRUST[language][report.hindsight.trust](told)


def threshold_sentence(report: AgeingReport, language: str, *, ceiling_days: int) -> str:
    """Return in `es` or `en` when silence is alarming at present, and where that comes from."""
    told = _Told(report=report, language=language, ceiling_days=ceiling_days)
    return _THRESHOLDS[language][_source(told)](told)


def _source(told: _Told) -> str:
    if not told.report.at.learnt_from:
        return "new"
    return "sooner" if told.ceiling < told.ceiling_days else "set"


_TRUST: dict[str, dict[Trust, Callable[[_Told], str]]] = {
    "es": {
        Trust.TOO_FEW: lambda of: (
            f"Con {of.clients} clientes con pasado, de los que {of.silent} callaron, son demasiado pocos para "
            "comprobar el modelo: sus cifras siguen siendo en parte las del correo de otras empresas."
        ),
        Trust.YES: lambda of: (
            f"Con {of.clients} clientes con pasado, las probabilidades se pueden tomar al pie de la letra: se "
            f"desviaron un {of.off} de media, y de dos clientes de los que uno calló se señaló al correcto el "
            f"{of.ranked} de las veces (solo por los días de silencio, el {of.by_days})."
        ),
        Trust.ORDER_ONLY: lambda of: (
            f"Con {of.clients} clientes con pasado, el orden es fiable, pero no los porcentajes: se desviaron un "
            f"{of.off} de media, aunque de dos clientes de los que uno calló se señaló al correcto el {of.ranked} "
            f"de las veces (solo por los días de silencio, el {of.by_days})."
        ),
        Trust.NO: lambda of: (
            f"Con {of.clients} clientes con pasado, el modelo no es fiable, los máximos de silencio sí: de dos "
            f"clientes de los que uno calló se señaló al correcto el {of.ranked} de las veces, y solo por los días "
            f"de silencio el {of.by_days}."
        ),
    },
    "en": {
        Trust.TOO_FEW: lambda of: (
            f"With {of.clients} clients with a past, {of.silent} of whom stayed silent, there are too few to check "
            "the model: its figures are still partly those of other companies' mail."
        ),
        Trust.YES: lambda of: (
            f"With {of.clients} clients with a past, the probabilities can be taken at their word: they were off "
            f"by {of.off} on average, and of two clients one of whom stayed silent the right one was named in "
            f"{of.ranked} of cases (by days of silence alone in {of.by_days})."
        ),
        Trust.ORDER_ONLY: lambda of: (
            f"With {of.clients} clients with a past, trust the order but not the percentages: they were off by "
            f"{of.off} on average, though of two clients one of whom stayed silent the right one was named in "
            f"{of.ranked} of cases (by days of silence alone in {of.by_days})."
        ),
        Trust.NO: lambda of: (
            f"With {of.clients} clients with a past, do not rely on the model but on the ceilings: of two clients "
            f"one of whom stayed silent the right one was named in {of.ranked} of cases, and by days of silence "
            f"alone in {of.by_days}."
        ),
    },
}

_THRESHOLDS: dict[str, dict[str, Callable[[_Told], str]]] = {
    "es": {
        "new": lambda of: (
            f"Un cliente está en riesgo cuando la probabilidad de que siga siéndolo es del {of.alive} o menos, o "
            f"tras {of.ceiling} días de silencio; han vuelto demasiado pocos para aprender de ellos."
        ),
        "sooner": lambda of: (
            f"Un cliente está en riesgo cuando la probabilidad de que siga siéndolo es del {of.alive} o menos (del "
            f"{of.early} o menos en el primer mes de silencio), o tras {of.ceiling} días de silencio; así habrían "
            f"dado una falsa alarma uno de cada diez de los {of.learnt_from} clientes que volvieron."
        ),
        "set": lambda of: (
            f"Un cliente está en riesgo cuando la probabilidad de que siga siéndolo es del {of.alive} o menos (del "
            f"{of.early} o menos en el primer mes de silencio), según los {of.learnt_from} clientes que volvieron, "
            f"o tras los {of.ceiling} días de silencio que dicen los ajustes."
        ),
    },
    "en": {
        "new": lambda of: (
            f"A client is at risk when the chance that it is still one is {of.alive} or less, or after "
            f"{of.ceiling} days of silence; too few have come back to learn from."
        ),
        "sooner": lambda of: (
            f"A client is at risk when the chance that it is still one is {of.alive} or less ({of.early} or less "
            f"within the first month of silence), or after {of.ceiling} days of silence; of the {of.learnt_from} "
            "clients who came back, one in ten would have been a false alarm."
        ),
        "set": lambda of: (
            f"A client is at risk when the chance that it is still one is {of.alive} or less ({of.early} or less "
            f"within the first month of silence), learnt from {of.learnt_from} clients who came back, or after the "
            f"{of.ceiling} days of silence that the settings say."
        ),
    },
}
