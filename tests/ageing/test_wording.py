"""Reasons in whole Spanish and English sentences."""

import re

import pytest

from guardian.ageing import sentence, state_name
from guardian.domain.standing import State, Why, WhyCode

LANGUAGES = ["es", "en"]
TYPICAL = {
    "touch_days": 2,
    "silent_days": 41,
    "cadence_days": 12.2,
    "ceiling_days": 30,
    "p_alive": 0.08,
    "business_days": 3,
    "days": 5,
    "wrote_days": 4,
    "most": 3,
    "p_silent": 0.6,
    "p_before": 0.3,
    "recent": 2,
    "before": 8,
    "addresses": 2,
    "others": 0,
    "severity": 2,
    "mails": 2,
    "times": 2,
    "helpers": 1,
}


def said(code: WhyCode, language: str, **figures: float) -> str:
    text = sentence(Why(code=code, figures=tuple((TYPICAL | figures).items())), language)
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", WhyCode)
@pytest.mark.parametrize("n", [0, 1, 2, 41, 365, 12345])
def test_every_reason_is_a_sentence_with_right_plurals(code: WhyCode, language: str, n: int) -> None:
    counts = {name: float(n) for name in TYPICAL if not name.startswith("p_")}
    text = said(code, language, **counts)
    assert re.fullmatch(r"[A-ZÁÉÍÓÚ].*[.]", text)
    assert not re.search(r"\b1 (días|days|contactos|contacts|working days)\b", text)
    assert not re.search(r"(?<![\d.,])(?!1\b)\d+ (día|day|contacto|contact)\b", text)
    assert not re.search(r"\b(mes|meses|month|months|años|years|week|None|nan)\b", text.replace("last week", ""))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
def test_every_state_has_a_name(state: State, language: str) -> None:
    assert state_name(state, language)[0].isupper()


@pytest.mark.parametrize("names", [[state_name(one, language) for one in State] for language in LANGUAGES])
def test_no_two_states_share_a_name(names: list[str]) -> None:
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("code", "figures", "spanish", "english"),
    [
        (
            WhyCode.SILENT_BEYOND_CADENCE,
            {},
            "Suele hablar con vosotros cada 12 días y lleva 41 en silencio.",
            "You usually talk every 12 days; they have been silent for 41.",
        ),
        (
            WhyCode.SILENT_BEYOND_CADENCE,
            {"cadence_days": 0.6, "silent_days": 9},
            "Suele hablar con vosotros cada día y lleva 9 días en silencio.",
            "You usually talk every day; they have been silent for 9 days.",
        ),
        (
            WhyCode.SILENT_BEYOND_CEILING,
            {"silent_days": 12345},
            "Lleva 12.345 días en silencio, más del máximo de 30.",
            "They have been silent for 12,345 days, longer than the limit of 30.",
        ),
        (
            WhyCode.PROBABLY_GONE,
            {},
            "La probabilidad de que siga siendo cliente es del 8 %.",
            "The chance that they are still a client is 8%.",
        ),
        (
            WhyCode.PROBABLY_GONE,
            {"p_alive": 0.0001},
            "La probabilidad de que siga siendo cliente es del 1 %.",
            "The chance that they are still a client is 1%.",
        ),
        (
            WhyCode.UNANSWERED_INBOUND,
            {},
            "Escribió hace 5 días y espera respuesta desde hace 3 días laborables.",
            "They wrote 5 days ago and have waited 3 working days for an answer.",
        ),
        (
            WhyCode.FEW_TOUCHES,
            {"touch_days": 1, "silent_days": 0},
            "Hasta ahora solo ha habido 1 contacto, hoy mismo.",
            "There has been only one contact so far, today.",
        ),
        (
            WhyCode.FEWER_TOUCHES,
            {"recent": 0},
            "En los últimos 45 días no ha habido ningún contacto; en los 90 anteriores hubo 8.",
            "In the last 45 days there was no contact; in the 90 before, 8.",
        ),
        (
            WhyCode.ON_TRACK,
            {"silent_days": 1},
            "Habláis cada 12 días; la última vez, hace 1 día.",
            "You talk every 12 days; the last time was 1 day ago.",
        ),
    ],
)
def test_sentences_read_as_people_write(code: WhyCode, figures: dict[str, float], spanish: str, english: str) -> None:
    assert said(code, "es", **figures) == spanish
    assert said(code, "en", **figures) == english


def test_another_language_is_refused() -> None:
    with pytest.raises(KeyError):
        sentence(Why(code=WhyCode.NO_OWNER), "fr")
