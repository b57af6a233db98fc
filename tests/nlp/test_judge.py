"""What the judge makes of mails: grounds, voices, disguises, missing parts, and that nothing makes it fall over."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardian.domain.mail import ClientRecipient, Passage, Place, Voice
from guardian.domain.verdict import Opinion, ReasonCode
from guardian.nlp.judge import SpacyJudge
from guardian.nlp.second_look import SecondLook

HOSTILE = [
    "Chicos, el gilipollas de Helena ha vuelto a devolver el pedido. Qué tía más idiota, no la soporto.",
    "Team, Helena is a complete moron. I can't stand that woman, she is too stupid to read an invoice.",
]
HARMLESS = [
    "Hola Helena, le confirmo que el pedido sale mañana. Gracias por su paciencia. Un saludo, Ana",
    "Hi Helena, both pallets went out yesterday so you should have them before noon. Regards, Ana",
]


def held(opinion: Opinion) -> bool:
    return opinion.score >= opinion.threshold


@pytest.mark.parametrize("text", HOSTILE)
def test_an_insulted_client_is_a_hold_with_the_exact_words(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    opinion = shipped.judge(*write_mail(text))
    assert held(opinion)
    assert ReasonCode.INSULT in {reason.code for reason in opinion.reasons}
    assert all(reason.span in text for reason in opinion.reasons)
    assert [reason.score for reason in opinion.reasons] == sorted((r.score for r in opinion.reasons), reverse=True)
    assert len(opinion.reasons) <= 5


def test_a_telephone_number_beside_an_insult_is_no_ground(shipped: SpacyJudge, write_mail: Any) -> None:
    opinion = shipped.judge(*write_mail("The order is ready.\nEva\n+34 600 000 000\nPS Helena is a complete moron."))
    assert [reason.span for reason in opinion.reasons] == ["moron"]


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_mail_passes(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    opinion = shipped.judge(*write_mail(text))
    assert not held(opinion)
    assert opinion.degraded == ()


def test_each_language_has_its_threshold(shipped: SpacyJudge, write_mail: Any) -> None:
    spanish, english = (shipped.judge(*write_mail(text)) for text in HARMLESS)
    assert (spanish.language, english.language) == ("es", "en")
    assert 0.5 < spanish.threshold < 1
    assert 0.5 < english.threshold < 1


@pytest.mark.parametrize("voice", [Voice.CLIENT_QUOTED, Voice.BOILERPLATE])
def test_words_that_are_not_ours_do_not_count(shipped: SpacyJudge, write_mail: Any, voice: Voice) -> None:
    opinion = shipped.judge(*write_mail(HOSTILE[0], voice=voice))
    assert opinion.score == 0
    assert opinion.reasons == ()


@pytest.mark.parametrize("place", [Place.HIDDEN, Place.ATTACHED, Place.BODY])
def test_our_words_count_wherever_they_stand(shipped: SpacyJudge, write_mail: Any, place: Place) -> None:
    assert held(shipped.judge(*write_mail(HOSTILE[0], voice=Voice.OWN_QUOTED, place=place)))


def test_the_subject_counts(shipped: SpacyJudge, write_mail: Any) -> None:
    alone = shipped.judge(*write_mail("Va adjunto.", subject="El imbécil de Helena no paga, es una sinvergüenza"))
    assert alone.score > shipped.judge(*write_mail("Va adjunto.", subject="El pedido de Helena")).score
    assert alone.reasons


def test_what_the_header_calls_the_client_counts_and_is_not_his_name(shipped: SpacyJudge, write_mail: Any) -> None:
    mail, audience = write_mail("Hola Ana:\n\nTe paso el presupuesto que pediste, dime si te encaja.")
    called = "Helena Idiot"
    name = Passage(text=called, voice=Voice.NEW, place=Place.NAME)
    named = replace(mail, to=((called, mail.to[0][1]),), passages=(*mail.passages, name))
    assert held(shipped.judge(named, audience))
    assert not held(shipped.judge(mail, audience))


def test_a_hold_needs_words(shipped: SpacyJudge, write_mail: Any) -> None:
    for text in ("", "\n\n", "...", "\u200b"):
        assert shipped.judge(*write_mail(text)).score == 0


def test_a_bad_sentence_behind_fifty_thousand_characters_is_found(shipped: SpacyJudge, write_mail: Any) -> None:
    long = "Le confirmo el pedido de la semana pasada y quedo a su disposición.\n" * 750
    opinion = shipped.judge(*write_mail(long + HOSTILE[0]))
    assert any(reason.code is ReasonCode.INSULT and reason.span in HOSTILE[0] for reason in opinion.reasons)
    assert opinion.score > shipped.judge(*write_mail(long)).score + 0.2


@pytest.mark.parametrize(
    "disguised",
    [
        HOSTILE[0].replace("gilipollas", "g1l1p0llas"),
        HOSTILE[0].replace("gilipollas", "gilip\u200bollas"),
        HOSTILE[0].replace("gilipollas", "gil\u0456p\u043ell\u0430s"),
        HOSTILE[0].replace("gilipollas", "g i l i p o l l a s"),
        HOSTILE[0].replace("gilipollas", "gilipoooollas"),
        HOSTILE[0].replace("gilipollas", "ｇｉｌｉｐｏｌｌａｓ"),
    ],
)
def test_a_disguise_does_not_help(shipped: SpacyJudge, write_mail: Any, disguised: str) -> None:
    opinion = shipped.judge(*write_mail(disguised))
    assert held(opinion)
    assert opinion.score == pytest.approx(shipped.judge(*write_mail(HOSTILE[0])).score, abs=0.05)
    assert all(reason.span in disguised for reason in opinion.reasons)


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS])
def test_invisible_characters_change_no_verdict(shipped: SpacyJudge, write_mail: Any, text: str) -> None:
    hidden = text.replace("e", "e\u200b").replace(" ", "\u00a0")
    plain, strange = shipped.judge(*write_mail(text)), shipped.judge(*write_mail(hidden))
    assert strange.score == pytest.approx(plain.score, abs=1e-6)
    assert all(reason.span in hidden for reason in strange.reasons)


def test_without_the_second_look_it_judges_on_and_says_so(write_mail: Any) -> None:
    judge = SpacyJudge(second_look=False)
    assert judge.degraded == ("second_look",)
    assert held(judge.judge(*write_mail(HOSTILE[0])))
    assert not held(judge.judge(*write_mail(HARMLESS[0])))


def test_without_model_files_the_lexicon_judges_and_it_says_so(tmp_path: Path, write_mail: Any) -> None:
    judge = SpacyJudge(tmp_path)
    assert set(judge.degraded) == {"second_look", "model"}
    for text in HOSTILE:
        opinion = judge.judge(*write_mail(text))
        assert held(opinion)
        assert opinion.reasons[0].span in text
    assert not any(held(judge.judge(*write_mail(text))) for text in HARMLESS)


def test_without_onnxruntime_the_first_look_stays_alone(monkeypatch: pytest.MonkeyPatch, write_mail: Any) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    assert SpacyJudge().judge(*write_mail(HARMLESS[0])).degraded == ("second_look",)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200), subject=st.text(max_size=40))
def test_no_text_makes_it_raise(shipped: SpacyJudge, write_mail: Any, text: str, subject: str) -> None:
    opinion = shipped.judge(*write_mail(text, subject=subject))
    assert 0 <= opinion.score <= 1
    assert all(reason.span in f"{subject}\n{text}" for reason in opinion.reasons)


@pytest.mark.parametrize("unit", ["\ud800", "\x00", "a", "🤬", "¤", "1", "\u202e", ">", "* ", "é.", "\u0301"])
def test_heaps_of_one_thing_do_not_make_it_raise(shipped: SpacyJudge, write_mail: Any, unit: str) -> None:
    assert 0 <= shipped.judge(*write_mail(unit * 20_000)).score <= 1


def test_a_text_that_comes_again_is_not_read_again(
    shipped: SpacyJudge, write_mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinion = shipped.judge(*write_mail(HOSTILE[0]))
    monkeypatch.setattr(SpacyJudge, "_opinion", lambda *_: pytest.fail("read again"))
    assert shipped.judge(*write_mail(HOSTILE[0])) == opinion


def test_a_text_is_read_again_where_it_names_another_client(write_mail: Any) -> None:
    mail, audience = write_mail("Qué pesada es Helena, de verdad. Brígida, no le contestes más.")
    brigida = ClientRecipient(address="b@x.example", client="Brígida")
    about = [audience, replace(audience, clients=(brigida,)), replace(audience, clients=(*audience.clients, brigida))]
    remembers, forgets = SpacyJudge(), SpacyJudge(remember=0)
    opinions = [remembers.judge(mail, readers) for readers in (*about, *about)]
    assert opinions == [forgets.judge(mail, readers) for readers in (*about, *about)]
    assert len({opinion.score for opinion in opinions}) > 1


def test_a_letter_to_many_is_looked_at_twice_only_once(write_mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, runs, run = SpacyJudge(), iter(range(100)), SecondLook._run
    monkeypatch.setattr(SecondLook, "_run", lambda self, stretch: (next(runs), run(self, stretch))[1])
    for name in ("Helena", "Ruiz", "Helena Ruiz"):
        assert judge.consider(*write_mail(f"{name} es una inútil y no la aguanto más."))[1]
    assert next(runs) == 1
