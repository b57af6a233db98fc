"""The reasons of a digest are spoken to the owner of the client, and say nothing twice."""

from zoneinfo import ZoneInfo

import pytest

from guardian.ageing import sentence
from guardian.digest.content import Cue, CueCode
from guardian.digest.formats import Formats
from guardian.digest.reasons import sentences
from guardian.digest.templating import template
from guardian.domain.standing import Why, WhyCode
from tests.digest.test_render import digest_with, item


def why(code: WhyCode, **figures: float) -> Why:
    return Why(code=code, figures=tuple(figures.items()))


def opened(days: int, severity: int = 2) -> Why:
    return why(WhyCode.COMPLAINT_OPEN, business_days=days, days=days, severity=severity, mails=1)


def said(*reasons: Why, language: str = "es", cue: Cue | None = None, answered_by: tuple[str, ...] = ()) -> list[str]:
    digest = digest_with(language=language)
    fmt = Formats(language, today=digest.day, zone=ZoneInfo("Europe/Madrid"))
    say = template(f"{language}.j2", html=False).make_module({"fmt": fmt})
    return sentences(item(reasons=reasons, cue=cue, answered_by=answered_by), language, sentence, say)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "es",
            [
                "Se quejó, y lleva 29 días laborables sin decir nada.",
                "Le contestaste hace 29 días laborables, y aún no está resuelta.",
            ],
        ),
        (
            "en",
            [
                "They complained, and have said nothing for 29 working days.",
                "You answered 29 working days ago, and it is not solved yet.",
            ],
        ),
    ],
)
def test_a_client_silent_after_a_complaint_hears_of_it_once_and_the_owner_is_you(
    language: str, expected: list[str]
) -> None:
    silent = why(WhyCode.SILENT_AFTER_COMPLAINT, business_days=29, days=40)
    answered = why(WhyCode.COMPLAINT_ANSWERED, business_days=29)
    assert said(silent, opened(29), answered, language=language) == expected
    assert len(said(silent, opened(33), answered, language=language)) == 3, "opened earlier is another figure"


def test_an_unanswered_complaint_says_its_days_once() -> None:
    waiting = Cue(code=CueCode.WAITING, days=6)
    unanswered = why(WhyCode.COMPLAINT_UNANSWERED, business_days=4)
    assert said(opened(4, severity=3), unanswered, cue=waiting) == [
        "Hay una queja grave abierta desde hace 4 días laborables.",
        "Nadie le ha contestado todavía.",
    ]
    assert said(opened(9), unanswered) == [
        "Hay una queja abierta desde hace 9 días laborables.",
        "Nadie le ha contestado: espera desde hace 4 días laborables.",
    ]
    assert said(opened(4), unanswered, language="en")[1] == "Nobody has answered them yet."


@pytest.mark.parametrize(
    ("names", "days", "es", "en"),
    [
        (
            ("Luis",),
            4,
            "Le ha contestado Luis; falta tu respuesta.",
            "Luis has answered them; your own answer is missing.",
        ),
        (
            ("Luis", "Eva"),
            4,
            "Le han contestado Luis y Eva; falta tu respuesta.",
            "Luis and Eva have answered them; your own answer is missing.",
        ),
        (
            ("Luis",),
            2,
            "Le ha contestado Luis; falta tu respuesta, que espera desde hace 2 días laborables.",
            "Luis has answered them; they have been waiting for your own answer for 2 working days.",
        ),
    ],
)
def test_who_answered_in_the_owners_place_is_named(names: tuple[str, ...], days: int, es: str, en: str) -> None:
    helped = why(WhyCode.COMPLAINT_NOT_BY_OWNER, business_days=days, helpers=len(names))
    for language, line in (("es", es), ("en", en)):
        assert said(opened(4), helped, language=language, answered_by=names)[1] == line


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (CueCode.WELCOME, why(WhyCode.FEW_TOUCHES, touch_days=1, silent_days=9)),
        (CueCode.FIRST_CONTACT, why(WhyCode.NEVER_TOUCHED)),
        (CueCode.NEVER_TOUCHED, why(WhyCode.NEVER_TOUCHED)),
    ],
)
def test_a_cue_that_says_it_all_stands_alone(code: CueCode, reason: Why) -> None:
    assert len(said(reason, cue=Cue(code=code, days=9))) == 1


def test_a_cue_that_says_something_else_comes_first() -> None:
    found = said(why(WhyCode.FEW_TOUCHES, touch_days=2, silent_days=9), cue=Cue(code=CueCode.NEGLECTED, days=61))
    assert [line.split()[0] for line in found] == ["Hace", "Hasta"]


@pytest.mark.parametrize(
    ("names", "es", "en"),
    [
        (
            ("",),
            "Le ha contestado alguien de tu equipo; falta tu respuesta.",
            "Somebody on your team has answered them; your own answer is missing.",
        ),
        (
            ("", "Luis", ""),
            "Le han contestado Luis y alguien de tu equipo; falta tu respuesta.",
            "Luis and somebody on your team have answered them; your own answer is missing.",
        ),
    ],
)
def test_who_answered_and_has_no_known_name_is_somebody_on_the_team(names: tuple[str, ...], es: str, en: str) -> None:
    helped = why(WhyCode.COMPLAINT_NOT_BY_OWNER, business_days=4, helpers=len(names))
    for language, line in (("es", es), ("en", en)):
        assert said(opened(4), helped, language=language, answered_by=names)[1] == line
