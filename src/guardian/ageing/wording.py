"""Reasons and states in whole sentences, in Spanish and in English; days stay days ("41 días", never "1 mes")."""

from collections.abc import Callable
from dataclasses import dataclass

from guardian.ageing.plurals import PLURALS
from guardian.domain.complaint import GRAVE
from guardian.domain.standing import State, Why, WhyCode

_STATES: dict[str, dict[State, str]] = {
    "es": {
        State.NOT_CLIENT: "No es cliente",
        State.SNOOZED: "Pospuesto",
        State.UNREACHABLE: "Ilocalizable",
        State.ANGRY: "Enfadado",
        State.INDIFFERENT: "Indiferente",
        State.OVER_CONTACTED: "Contactado en exceso",
        State.NEW: "Nuevo",
        State.LOST: "Perdido",
        State.DORMANT: "Dormido",
        State.AT_RISK: "En riesgo",
        State.COOLING: "Enfriándose",
        State.HEALTHY: "Sano",
    },
    "en": {
        State.NOT_CLIENT: "Not a client",
        State.SNOOZED: "Snoozed",
        State.UNREACHABLE: "Unreachable",
        State.ANGRY: "Angry",
        State.INDIFFERENT: "Indifferent",
        State.OVER_CONTACTED: "Contacted too much",
        State.NEW: "New",
        State.LOST: "Lost",
        State.DORMANT: "Dormant",
        State.AT_RISK: "At risk",
        State.COOLING: "Cooling",
        State.HEALTHY: "Healthy",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """The figures of one reason, as words of one language."""

    why: Why
    language: str

    def number(self, name: str) -> str:
        return _number(round(self.why.figure(name)), self.language)

    def percent(self, name: str) -> str:
        return _percent(self.why.figure(name), self.language)

    def counted(self, noun: str, name: str) -> str:
        """Return a figure with the words it needs around it."""
        n = round(self.why.figure(name))
        return PLURALS[self.language][noun][min(n, 2)].format(n=_number(n, self.language))


def sentence(why: Why, language: str) -> str:
    """Return a reason as one whole sentence in `es` or `en`; KeyError for another language."""
    return _SENTENCES[language][why.code](_Figures(why=why, language=language))


def state_name(state: State, language: str) -> str:
    """Return the name of a state as people read it in `es` or `en`; KeyError for another language."""
    return _STATES[language][state]


def _number(n: int, language: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(n, locale=language)


def _percent(share: float, language: str) -> str:
    from babel.numbers import format_percent

    return format_percent(min(max(share, 0.01), 0.99), locale=language)  # no estimate is certain


def _few_touches_es(of: _Figures) -> str:
    last = of.counted("ago", "silent_days")
    if of.why.figure("touch_days") == 1:
        return f"Hasta ahora solo ha habido 1 contacto, {last}."
    return f"Hasta ahora solo {of.counted('there were', 'touch_days')}; el último, {last}."


def _few_touches_en(of: _Figures) -> str:
    if of.why.figure("touch_days") == 1:
        return f"There has been only one contact so far, {of.counted('ago', 'silent_days')}."
    last = of.counted("ago", "silent_days")
    return f"There have been only {of.number('touch_days')} contacts so far, the last one {last}."


def _beyond_cadence_es(of: _Figures) -> str:
    every, plain = of.counted("every", "cadence_days"), of.number("silent_days")
    silent = plain if every.endswith("días") and plain != "1" else of.counted("day", "silent_days")
    return f"Suele hablar con vosotros {every} y lleva {silent} en silencio."


def _beyond_cadence_en(of: _Figures) -> str:
    every, plain = of.counted("every", "cadence_days"), of.number("silent_days")
    silent = plain if every.endswith("days") and plain != "1" else of.counted("day", "silent_days")
    return f"You usually talk {every}; they have been silent for {silent}."


def _cooling_es(of: _Figures) -> str:
    return (
        f"La probabilidad de que siga en silencio ha subido del {of.percent('p_before')} al {of.percent('p_silent')} "
        f"en {of.counted('day', 'days')}; lleva {of.counted('day', 'silent_days')} callado."
    )


def _cooling_en(of: _Figures) -> str:
    return (
        f"The chance that they stay silent rose from {of.percent('p_before')} to {of.percent('p_silent')} "
        f"in {of.counted('day', 'days')}; they have been quiet for {of.counted('day', 'silent_days')}."
    )


def _gone_es(of: _Figures) -> str:
    if round(of.why.figure("addresses")) == 1:
        return "La única dirección que teníais ya no lleva a nadie."
    return f"Las {of.number('addresses')} direcciones que teníais ya no llevan a nadie."


def _gone_en(of: _Figures) -> str:
    if round(of.why.figure("addresses")) == 1:
        return "The only address you had no longer leads to anybody."
    return f"The {of.number('addresses')} addresses you had no longer lead to anybody."


def _grave(of: _Figures) -> str:
    """Return the word for the worst complaints."""
    word = {"es": "grave ", "en": "serious "}[of.language]
    return word if of.why.figure("severity") >= GRAVE else ""


_SENTENCES: dict[str, dict[WhyCode, Callable[[_Figures], str]]] = {
    "es": {
        WhyCode.SAID_NOT_CLIENT: lambda of: f"Se anotó {of.counted('ago', 'days')} que no es cliente.",
        WhyCode.SAID_LATER: lambda of: f"Está pospuesto durante {of.counted('day', 'days')} más.",
        WhyCode.NO_OWNER: lambda of: "Nadie de vuestro equipo lleva a este cliente.",
        WhyCode.NO_CONTACT: lambda of: "No hay ninguna dirección a la que escribirle.",
        WhyCode.ADDRESSES_GONE: _gone_es,
        WhyCode.CONTACT_LEFT: lambda of: (
            f"La única persona con quien tratabais ya no está: el aviso llegó {of.counted('ago', 'days')}."
        ),
        WhyCode.CONTACT_BOUNCES: lambda of: (
            f"Los correos a la única persona con quien tratabais vienen devueltos desde {of.counted('ago', 'days')}."
        ),
        WhyCode.CONTACT_NEW: lambda of: (
            f"Alguien nuevo escribe en su nombre desde {of.counted('ago', 'days')}, y aún no os conocéis."
        ),
        WhyCode.COMPLAINT_OPEN: lambda of: (
            f"Hay una queja {_grave(of)}abierta {of.counted('since workday', 'business_days')}."
        ),
        WhyCode.COMPLAINT_REOPENED: lambda of: (
            f"Se dio por resuelta y el cliente ha vuelto a quejarse {of.counted('times', 'times')}."
        ),
        WhyCode.COMPLAINT_UNANSWERED: lambda of: (
            f"Nadie le ha contestado: espera {of.counted('since workday', 'business_days')}."
        ),
        WhyCode.COMPLAINT_NOT_BY_OWNER: lambda of: (
            "Le ha contestado otra persona de la casa; la respuesta de quien lo lleva la espera "
            f"{of.counted('since workday', 'business_days')}."
        ),
        WhyCode.COMPLAINT_ANSWERED: lambda of: (
            f"Quien lo lleva le contestó {of.counted('workday ago', 'business_days')}, y aún no está resuelta."
        ),
        WhyCode.SILENT_AFTER_COMPLAINT: lambda of: (
            f"Se quejó, y lleva {of.counted('workday', 'business_days')} sin decir nada."
        ),
        WhyCode.RECOVERED: lambda of: (
            f"Su queja quedó resuelta {of.counted('ago', 'days')}: es buen momento para preguntarle qué le pareció."
        ),
        WhyCode.NEVER_TOUCHED: lambda of: "Todavía no ha habido ningún contacto con él.",
        WhyCode.FEW_TOUCHES: _few_touches_es,
        WhyCode.SILENT_BEYOND_CADENCE: _beyond_cadence_es,
        WhyCode.SILENT_BEYOND_CEILING: lambda of: (
            f"Lleva {of.counted('day', 'silent_days')} en silencio, más del máximo de {of.number('ceiling_days')}."
        ),
        WhyCode.PROBABLY_GONE: lambda of: (
            f"La probabilidad de que siga siendo cliente es del {of.percent('p_alive')}."
        ),
        WhyCode.UNANSWERED_INBOUND: lambda of: (
            f"Escribió {of.counted('ago', 'days')} y espera respuesta desde hace "
            f"{of.counted('workday', 'business_days')}."
        ),
        WhyCode.ASKED_FOR_PEACE: lambda of: f"Pidió {of.counted('ago', 'days')} que no le contactéis más.",
        WhyCode.UNANSWERED_OUTBOUND: lambda of: (
            f"Le habéis escrito en {of.counted('wrote', 'wrote_days')} sin respuesta en "
            f"{of.counted('day', 'days')}, más de lo que solíais."
        ),
        WhyCode.CROWDED_WEEK: lambda of: (
            f"Le habéis escrito en {of.counted('wrote', 'wrote_days')} de la última semana sin respuesta; "
            f"el máximo es {of.number('most')}."
        ),
        WhyCode.COOLING_OFF: _cooling_es,
        WhyCode.FEWER_TOUCHES: lambda of: (
            f"En los últimos 45 días {of.counted('there were', 'recent')}; "
            f"en los 90 anteriores hubo {of.number('before')}."
        ),
        WhyCode.ON_TRACK: lambda of: (
            f"Habláis {of.counted('every', 'cadence_days')}; la última vez, {of.counted('ago', 'silent_days')}."
        ),
    },
    "en": {
        WhyCode.SAID_NOT_CLIENT: lambda of: f"It was noted {of.counted('ago', 'days')} that they are not a client.",
        WhyCode.SAID_LATER: lambda of: f"They are snoozed for {of.counted('more', 'days')}.",
        WhyCode.NO_OWNER: lambda of: "Nobody on your team looks after this client.",
        WhyCode.NO_CONTACT: lambda of: "There is no address to write to.",
        WhyCode.ADDRESSES_GONE: _gone_en,
        WhyCode.CONTACT_LEFT: lambda of: (
            f"The only person you dealt with is no longer there; the notice came {of.counted('ago', 'days')}."
        ),
        WhyCode.CONTACT_BOUNCES: lambda of: (
            f"Mail to the only person you dealt with started to come back {of.counted('ago', 'days')}."
        ),
        WhyCode.CONTACT_NEW: lambda of: (
            f"Somebody new started to write for them {of.counted('ago', 'days')}, whom you hardly know yet."
        ),
        WhyCode.COMPLAINT_OPEN: lambda of: (
            f"A {_grave(of)}complaint has been open {of.counted('since workday', 'business_days')}."
        ),
        WhyCode.COMPLAINT_REOPENED: lambda of: (
            f"It was taken for solved, and they have complained again {of.counted('times', 'times')}."
        ),
        WhyCode.COMPLAINT_UNANSWERED: lambda of: (
            f"Nobody has answered: they have been waiting {of.counted('since workday', 'business_days')}."
        ),
        WhyCode.COMPLAINT_NOT_BY_OWNER: lambda of: (
            "A colleague has answered; they have been waiting for their own rep "
            f"{of.counted('since workday', 'business_days')}."
        ),
        WhyCode.COMPLAINT_ANSWERED: lambda of: (
            f"Their own rep answered {of.counted('workday ago', 'business_days')}, and it is not solved yet."
        ),
        WhyCode.SILENT_AFTER_COMPLAINT: lambda of: (
            f"They complained, and have said nothing for {of.counted('workday', 'business_days')}."
        ),
        WhyCode.RECOVERED: lambda of: (
            f"Their complaint was resolved {of.counted('ago', 'days')}: a good moment to ask how that went."
        ),
        WhyCode.NEVER_TOUCHED: lambda of: "There has been no contact with them yet.",
        WhyCode.FEW_TOUCHES: _few_touches_en,
        WhyCode.SILENT_BEYOND_CADENCE: _beyond_cadence_en,
        WhyCode.SILENT_BEYOND_CEILING: lambda of: (
            f"They have been silent for {of.counted('day', 'silent_days')}, longer than the limit of "
            f"{of.number('ceiling_days')}."
        ),
        WhyCode.PROBABLY_GONE: lambda of: f"The chance that they are still a client is {of.percent('p_alive')}.",
        WhyCode.UNANSWERED_INBOUND: lambda of: (
            f"They wrote {of.counted('ago', 'days')} and have waited {of.counted('workday', 'business_days')} "
            "for an answer."
        ),
        WhyCode.ASKED_FOR_PEACE: lambda of: f"They asked {of.counted('ago', 'days')} not to be contacted any more.",
        WhyCode.UNANSWERED_OUTBOUND: lambda of: (
            f"You wrote on {of.counted('wrote', 'wrote_days')} in {of.counted('day', 'days')} without an answer, "
            "more than you used to."
        ),
        WhyCode.CROWDED_WEEK: lambda of: (
            f"You wrote on {of.counted('wrote', 'wrote_days')} of the last week without an answer; "
            f"the limit is {of.number('most')}."
        ),
        WhyCode.COOLING_OFF: _cooling_en,
        WhyCode.FEWER_TOUCHES: lambda of: (
            f"In the last 45 days {of.counted('there were', 'recent')}; in the 90 before, {of.number('before')}."
        ),
        WhyCode.ON_TRACK: lambda of: (
            f"You talk {of.counted('every', 'cadence_days')}; the last time was {of.counted('ago', 'silent_days')}."
        ),
    },
}
