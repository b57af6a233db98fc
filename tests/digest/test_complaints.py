"""Complaints in digests: first of all, who answered, every day until the owner does, and feedback afterwards."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from guardian.ageing import sentence
from guardian.digest.compose import compose
from guardian.digest.content import CueCode, Digest, StepCode
from guardian.digest.gather import gather, survey
from guardian.digest.links import ActionLinks
from guardian.digest.render import render
from guardian.digest.run import Office, Outcome, send_digests
from guardian.domain.activity import Direction
from guardian.domain.complaint_record import Decision, HeardMail, Ruling, Speaker, Word
from guardian.domain.keys import key_for
from guardian.domain.notes import NoteKind
from guardian.domain.standing import State, Why, WhyCode
from guardian.ports.complaints import ComplaintBook
from tests.ageing.memory_complaints import ManyComplaints, MemoryComplaints
from tests.digest.company import JOHN, MARTA, NOW, Company, ago
from tests.digest.test_rollup import rollup_of

SAT = Speaker(address="sat@acme.example", name="Nuria Sáez")
OPEN = Why(
    code=WhyCode.COMPLAINT_OPEN, figures=(("business_days", 3.0), ("days", 5.0), ("severity", 2.0), ("mails", 1.0))
)
BY_ANOTHER = Why(code=WhyCode.COMPLAINT_NOT_BY_OWNER, figures=(("business_days", 3.0), ("helpers", 1.0)))


def company(
    *words: Word, state: State = State.ANGRY, since: float = 5, decisions: tuple[Decision, ...] = ()
) -> Company:
    """A rep with one client who complains, and one worth more who is about to be lost."""
    made = Company()
    number = made.client("Hotel Miramar", state, value=10, reasons=(OPEN, BY_ANOTHER))
    made.client("Worth much", State.AT_RISK, value=1e6)
    made.happened(number, ago(since), snippet="La máquina sigue parada.")
    store = MemoryComplaints((HeardMail(interaction_id=1, at=ago(since), severity=2),), decisions, words)
    made.complaints = ComplaintBook(store=store)
    return made


def digest_of(made: Company, now_in: float = 0) -> Digest | None:
    now = NOW + timedelta(days=now_in)
    return compose(MARTA, gather(MARTA, survey((MARTA,), made.sources(), now=now)), today=MARTA.today(now), now=now)


def lanes_of(made: Company, now_in: float = 0) -> list[tuple[str, list[str]]]:
    digest = digest_of(made, now_in)
    return [(lane.name, [item.name for item in lane.items]) for lane in digest.lanes] if digest else []


def test_an_open_complaint_stands_above_whatever_the_model_says() -> None:
    assert lanes_of(company()) == [("you_owe_them", ["Hotel Miramar"]), ("about_to_lose", ["Worth much"])]


@pytest.mark.parametrize(
    ("language", "line", "step"),
    [
        (
            "es",
            "Le ha contestado Nuria Sáez; falta tu respuesta.",
            "tú en persona",
        ),
        (
            "en",
            "Nuria Sáez has answered them; your own answer is missing.",
            "you yourself",
        ),
    ],
)
def test_it_says_who_answered_and_that_the_owner_calls_himself(language: str, line: str, step: str) -> None:
    made = company(Word(at=ago(4), ours=(SAT,)))
    digest = digest_of(made)
    assert digest
    item = digest.lanes[0].items[0]
    assert (item.answered_by, item.step.code) == (("Nuria Sáez",), StepCode.CALL_ABOUT_COMPLAINT)
    assert item.last_words
    assert item.last_words.text == "La máquina sigue parada."
    text = " ".join(render(replace(digest, language=language), sentence).text.split())
    assert line in text
    assert step in text


def test_it_is_shown_every_day_until_the_owner_answers() -> None:
    made = company(Word(at=NOW + timedelta(hours=2), ours=(Speaker(address=MARTA.address),)))
    made.complaints.store.words = ()  # type: ignore[union-attr]  # nobody has answered
    assert [one.outcome for one in made.send()] == [Outcome.SENT]
    (sent,) = made.send(NOW + timedelta(days=1))
    assert (sent.outcome, sent.client_ids) == (Outcome.SENT, (1,))
    answer = Word(at=NOW + timedelta(days=1, hours=2), ours=(Speaker(address=MARTA.address),))
    made.complaints.store.words = (answer,)  # type: ignore[union-attr]
    (sent,) = made.send(NOW + timedelta(days=2))
    assert sent.outcome is Outcome.NOTHING_NEW


@pytest.mark.parametrize(
    ("words", "writes", "subject"),
    [
        ((Word(at=ago(2), ours=(Speaker(address=MARTA.address),)),), None, "Queja por resolver: Hotel Miramar"),
        ((Word(at=ago(2), ours=(Speaker(address=MARTA.address),)),), 1, "Hotel Miramar espera tu respuesta"),
        ((Word(at=ago(2), ours=(SAT,)),), None, "Hotel Miramar espera tu respuesta"),
    ],
)
def test_whoever_has_the_owners_answer_and_wrote_no_more_does_not_wait_for_one(
    words: tuple[Word, ...], writes: float | None, subject: str
) -> None:
    made = company(*words)
    made.assess(2, State.HEALTHY)
    made.happened(1, ago(2), Direction.OUT)
    if writes is not None:
        made.happened(1, ago(writes))
    digest = digest_of(made)
    assert digest
    assert render(digest, sentence).subject == subject


@pytest.mark.parametrize(
    ("who", "language", "said"),
    [
        (SAT.address, "es", "Dejará esta lista cuando la queja esté resuelta; el reloj se para con tu respuesta."),
        (SAT.address, "en", "They leave this list once the complaint is solved; your reply stops the clock."),
        (MARTA.address, "es", "Dejará esta lista cuando la queja esté resuelta."),
        (MARTA.address, "en", "They leave this list once the complaint is solved."),
    ],
)
def test_a_rep_who_has_answered_hears_no_more_of_the_clock(who: str, language: str, said: str) -> None:
    digest = digest_of(company(Word(at=ago(2), ours=(Speaker(address=who),))))
    assert digest
    text = " ".join(render(replace(digest, language=language), sentence).text.split())
    assert said in text


def many(*told: tuple[str, MemoryComplaints]) -> Company:
    """Clients who complain, by name, beside four that are about to be lost."""
    made, store = Company(), ManyComplaints()
    for name, complaint in told:
        client = made.client(name, State.ANGRY)
        store.of[client] = replace(complaint, client=client)
    for number in range(4):
        made.client(f"Lost {number}", State.AT_RISK, value=1e6)
    made.complaints = ComplaintBook(store=store)
    return made


def heard(since: float = 5, severity: int = 2, *words: Word) -> MemoryComplaints:
    return MemoryComplaints((HeardMail(interaction_id=1, at=ago(since), severity=severity),), words=words)


def test_more_complaints_than_the_lane_holds_take_turns_so_that_none_is_left_out() -> None:
    made = many(*[(f"Complains {number}", heard(5, 3 if number < 3 else 2)) for number in range(5)])
    shown = []
    for days in range(2):
        (sent,) = made.send(NOW + timedelta(days=days))
        shown.append(sent.client_ids[:3])
    assert shown == [(1, 2, 3), (4, 5, 1)]


def test_what_the_rep_has_not_answered_comes_first_and_the_grave_before_the_rest() -> None:
    answer = Word(at=ago(1), ours=(Speaker(address=MARTA.address),))
    made = many(("Answered", heard(5, 3, answer)), ("Serious", heard()), ("Grave", heard(5, 3)))
    assert lanes_of(made)[0] == ("you_owe_them", ["Grave", "Serious", "Answered"])


def test_one_that_was_solved_since_the_night_is_no_longer_shown() -> None:
    decided = Decision(ruling=Ruling.SOLVED, at=ago(0.01), by=MARTA.address, interaction_id=1)
    made = company(Word(at=ago(0.01), ours=(Speaker(address=MARTA.address),)), decisions=(decided,))
    made.happened(1, ago(0.01), Direction.OUT)
    assert lanes_of(made) == [("about_to_lose", ["Worth much"])]


def test_only_a_complaint_is_offered_as_solved() -> None:
    digest = digest_of(company())
    assert digest
    complaining, other = (item for lane in digest.lanes for item in lane.items)
    assert complaining.actions[0] is NoteKind.SOLVED
    assert NoteKind.SOLVED not in other.actions


class TestRecovered:
    def made(self, *, solved: float, wrote: float | None = None) -> Company:
        decided = Decision(ruling=Ruling.SOLVED, at=ago(solved), by=MARTA.address, interaction_id=1)
        made = company(since=40, decisions=(decided,))
        made.happened(1, ago(39), Direction.OUT)
        if wrote is not None:
            made.happened(1, ago(wrote), Direction.OUT)
        made.assess(1, State.HEALTHY, at=ago(0.05))
        return made

    def test_a_week_after_the_solution_the_rep_asks_how_it_went_and_sells_nothing(self) -> None:
        digest = digest_of(self.made(solved=7))
        assert digest
        (item,) = (item for lane in digest.lanes for item in lane.items if item.name == "Hotel Miramar")
        assert item.cue
        assert (item.cue.code, item.cue.days, item.step.code) == (CueCode.RECOVERED, 7, StepCode.ASK_FEEDBACK)
        text = " ".join(render(digest, sentence).text.split())
        assert "nadie le ha preguntado qué le pareció" in text
        assert "pregunta cómo quedó todo, sin vender nada" in text

    @pytest.mark.parametrize(("solved", "wrote"), [(6, None), (20, 10), (91, None)])
    def test_not_before_nor_once_somebody_spoke_nor_long_after(self, solved: float, wrote: float | None) -> None:
        digest = digest_of(self.made(solved=solved, wrote=wrote))
        assert digest
        cues = {item.name: item.cue.code for lane in digest.lanes for item in lane.items if item.cue}
        assert cues.get("Hotel Miramar") is not CueCode.RECOVERED


class TestRollup:
    def test_the_age_of_a_complaint_is_counted_from_its_first_word(self) -> None:
        made = company(since=45)
        open_ones = rollup_of(made).complaints
        assert (open_ones.week, open_ones.month, open_ones.older) == (0, 0, 1)
        assert [(one.name, one.days) for one in open_ones.clients.lines] == [("Hotel Miramar", 45)]

    def test_one_that_was_solved_is_not_counted(self) -> None:
        decided = Decision(ruling=Ruling.SOLVED, at=ago(0.01), by=JOHN.address, interaction_id=1)
        assert rollup_of(company(decisions=(decided,))).complaints.clients.total == 0


def test_the_mail_itself_carries_the_link_that_says_solved() -> None:
    made = company()
    links = ActionLinks(key=key_for("digest link", "a secret of the tests"), url="https://guardian.acme.example")
    office = Office(wording=sentence, sender="guardian@acme.example", links=links)
    send_digests((MARTA,), made.sources(), made.out, office, now=NOW)
    mail = message_from_bytes(made.out.mails[0][1], policy=policy.default)
    body = mail.get_body(("plain",))
    assert body
    assert "Queja resuelta: https://guardian.acme.example/client/1.solved." in body.get_content()


def test_whoever_answered_and_is_known_by_his_crm_id_only_is_given_no_name() -> None:
    made = company(Word(at=ago(4), ours=(Speaker(address="0055g000000000aAAA"),)))
    digest = digest_of(made)
    assert digest
    assert digest.lanes[0].items[0].answered_by == ("",)
    text = " ".join(render(replace(digest, language="es"), sentence).text.split())
    assert "Le ha contestado alguien de tu equipo; falta tu respuesta." in text
    assert "0055g" not in text
