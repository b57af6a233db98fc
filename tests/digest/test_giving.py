"""Give before you ask, keep more than one contact, thank on the day: what a digest advises beyond silence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guardian.ageing import sentence
from guardian.digest.compose import compose
from guardian.digest.content import Cue, CueCode, Digest, Item, StepCode
from guardian.digest.gather import gather, survey
from guardian.digest.render import render
from guardian.domain.activity import Direction, Kind, Signal
from guardian.domain.notes import NoteKind, Reach
from guardian.domain.standing import State, WhyCode
from guardian.ports.handovers import Handover
from tests.digest.company import JOHN, MARTA, NOW, Company, ago
from tests.digest.stores import MemoryBreadth
from tests.digest.test_reasons import why
from tests.digest.test_render import digest_with

OUT = Direction.OUT
ASKS = ("¿Habéis decidido algo?", "¿Me confirmas el pedido?")
GIVES = "Te paso la guía que comentamos."


def digest_of(company: Company, now: datetime = NOW, *, counted: bool = False) -> Digest | None:
    sources = company.sources()
    if counted:
        sources = replace(sources, breadth=MemoryBreadth(company.interactions, "acme.example"))
    [rep] = company.reps
    return compose(rep, gather(rep, survey([rep], sources, now=now)), today=rep.today(now), now=now)


def only(company: Company, now: datetime = NOW, *, counted: bool = False) -> Item:
    found = digest_of(company, now, counted=counted)
    assert found
    ((item,),) = [lane.items for lane in found.lanes]
    return item


class TestGiveFirst:
    def client(self, *said: str, answered: bool = True, more: int = 0) -> Company:
        company = Company()
        client = company.client("Bermeo")
        for number, words in enumerate(said):
            company.happened(client, ago(90 - 10 * number), OUT, snippet=words)
        if answered:
            company.happened(client, ago(41), snippet="Ya os diremos.")
        for number in range(more):
            company.happened(client, ago(40 - number), OUT, snippet=ASKS[0])
        company.happened(client, ago(35), OUT, kind=Kind.CALL)
        company.assess(client, State.AT_RISK)
        return company

    def test_after_two_mails_that_asked_comes_one_that_gives(self) -> None:
        assert only(self.client(GIVES, *ASKS)).step.code is StepCode.GIVE_FIRST

    @pytest.mark.parametrize("said", [(ASKS[0], GIVES), (GIVES, ASKS[0]), ("Nos vemos.", ASKS[0]), (ASKS[0],)])
    def test_not_where_one_of_the_last_two_gave_or_nobody_knows(self, said: tuple[str, ...]) -> None:
        assert only(self.client(*said)).step.code is not StepCode.GIVE_FIRST

    def test_whoever_does_not_hear_four_mails_is_called(self) -> None:
        company = self.client(*ASKS, answered=False, more=3)
        company.interactions = [one for one in company.interactions if one.kind is Kind.EMAIL]
        assert only(company).step.code is StepCode.CALL_INSTEAD

    def test_where_privacy_keeps_no_words_nobody_is_accused(self) -> None:
        company = self.client(*ASKS)
        company.interactions = [replace(one, snippet=None) for one in company.interactions]
        assert only(company).step.code is not StepCode.GIVE_FIRST


class TestOnePersonOnly:
    def clients(self, *, value: float = 9_000, people: int = 1, state: State = State.AT_RISK) -> Company:
        company = Company()
        client = company.client("Bermeo", value=value)
        for number in range(people):
            company.happened(client, ago(60 + number), them=(f"P{number}", f"p{number}@c1.example"))
        company.happened(client, ago(59), OUT, them=("P0", "p0@c1.example"))
        company.assess(client, state)
        for number in range(3):
            company.client(f"Other {number}", State.HEALTHY, value=5_000)
        return company

    def alone(self, company: Company) -> bool:
        found = digest_of(company, counted=True)
        assert found
        return next(one for lane in found.lanes for one in lane.items if one.name == "Bermeo").alone

    def test_a_valuable_client_of_whom_we_know_one_person_hangs_by_a_thread(self) -> None:
        company = self.clients()
        assert self.alone(company)
        found = digest_of(company, counted=True)
        assert found
        assert "- Solo conocéis a una persona allí: pregunta quién más decide." in render(found, sentence).text

    @pytest.mark.parametrize("facts", [{"people": 2}, {"value": 5_000}, {"state": State.NEW}])
    def test_not_with_two_nor_a_small_or_new_one(self, facts: dict[str, Any]) -> None:
        company = self.clients(**facts)
        found = digest_of(company, counted=True)
        assert not found or not any(one.alone for lane in found.lanes for one in lane.items)

    def test_not_where_nobody_counts(self) -> None:
        found = digest_of(self.clients())
        assert found
        assert not any(one.alone for lane in found.lanes for one in lane.items)

    def test_a_change_of_that_person_says_so_already(self) -> None:
        company = self.clients()
        company.assess(1, State.AT_RISK, reasons=(why(WhyCode.CONTACT_LEFT, days=3, others=0),))
        found = digest_of(company, counted=True)
        assert found
        assert "Solo conocéis" not in render(found, sentence).text


class TestAnniversary:
    """The first contact of all was two years before, so that this client's is one."""

    def client(self, first: datetime, now: datetime, *, spoke: datetime | None = None) -> Company:
        company = Company()
        company.client("Old", State.NOT_CLIENT)
        company.happened(1, first - timedelta(days=400))
        client = company.client("Bermeo", State.HEALTHY, at=now - timedelta(hours=2))
        company.happened(client, first)
        company.happened(client, spoke or now - timedelta(days=20), OUT)
        company.assess(client, State.HEALTHY, at=now - timedelta(hours=2))
        return company

    @pytest.mark.parametrize(("days", "said"), [(0, True), (6, True), (7, False), (-1, False)])
    def test_it_is_told_for_a_week_from_the_day_on(self, days: int, said: bool) -> None:
        company = self.client(datetime(2023, 11, 25, 9, tzinfo=UTC) - timedelta(days=days), NOW)
        found = digest_of(company)
        assert (found is not None) is said
        if found:
            item = only(company)
            assert item.cue
            assert (item.cue.code, item.cue.years, item.cue.days) == (CueCode.ANNIVERSARY, 3, days)
            assert item.step.code is StepCode.SAY_THANKS

    def test_a_leap_day_comes_round_on_the_first_of_march(self) -> None:
        leap = datetime(2024, 2, 29, 9, tzinfo=UTC)
        march = datetime(2027, 3, 1, 6, 30, tzinfo=UTC)
        cue = only(self.client(leap, march), march).cue
        assert cue
        assert (cue.years, cue.days) == (3, 0)
        leap_again = datetime(2028, 2, 29, 6, 30, tzinfo=UTC)
        cue = only(self.client(leap, leap_again), leap_again).cue
        assert cue
        assert (cue.years, cue.days) == (4, 0)

    def test_whoever_was_spoken_to_that_day_has_been_thanked(self) -> None:
        first = datetime(2023, 11, 25, 9, tzinfo=UTC) - timedelta(days=3)
        assert digest_of(self.client(first, NOW, spoke=ago(2))) is None

    def test_where_what_was_read_begins_no_contact_is_known_to_be_the_first(self) -> None:
        company = Company()
        client = company.client("Bermeo", State.HEALTHY)
        company.happened(client, datetime(2023, 11, 25, 9, tzinfo=UTC))
        company.happened(client, ago(20), OUT)
        company.assess(client, State.HEALTHY)
        assert digest_of(company) is None

    def test_an_open_complaint_is_no_time_for_it(self) -> None:
        company = self.client(datetime(2023, 11, 25, 9, tzinfo=UTC), NOW)
        company.assess(2, State.ANGRY)
        cue = only(company).cue
        assert cue is None or cue.code is not CueCode.ANNIVERSARY

    @pytest.mark.parametrize(
        ("language", "years", "days", "line"),
        [
            ("es", 1, 0, "Hoy hace un año de vuestro primer contacto."),
            ("es", 3, 1, "Ayer hizo 3 años de vuestro primer contacto."),
            ("es", 1, 4, "Hace 4 días se cumplió un año de vuestro primer contacto."),
            ("es", 12, 4, "Hace 4 días se cumplieron 12 años de vuestro primer contacto."),
            ("en", 1, 0, "Today it is one year since your first contact."),
            ("en", 3, 1, "Yesterday it was 3 years since your first contact."),
            ("en", 12, 4, "4 days ago it was 12 years since your first contact."),
        ],
    )
    def test_in_words(self, language: str, years: int, days: int, line: str) -> None:
        first = datetime(2026 - years, 11, 25, 9, tzinfo=UTC) - timedelta(days=days)
        found = digest_of(self.client(first, NOW))
        assert found
        assert f"- {line}" in render(replace(found, language=language), sentence).text


class TestOwnConcentration:
    def book(self, clients: int) -> Company:
        company = Company()
        company.client("At risk")
        for number in range(clients - 1):
            client = company.client(f"Client {number}", State.HEALTHY)
            for day in range(9 if number == 0 else 1):
                company.happened(client, ago(day + 1), OUT)
            company.assess(client, State.HEALTHY)
        return company

    def test_it_is_the_share_of_the_busiest_tenth_of_the_reps_own_book(self) -> None:
        found = digest_of(self.book(11))
        assert found
        assert (found.coverage.tenth, found.coverage.tenth_share) == (2, 10 / 18)
        text = " ".join(render(found, sentence).text.split())
        assert "Los 2 clientes con más trato, la décima parte, se llevan el 56 % de los contactos de 90 días." in text

    def test_of_ten_clients_a_tenth_says_nothing(self) -> None:
        found = digest_of(self.book(10))
        assert found
        assert found.coverage.tenth_share is None
        assert "décima parte" not in render(found, sentence).text

    def test_who_is_no_client_is_not_counted(self) -> None:
        company = self.book(12)
        company.say(2, NoteKind.NOT_CLIENT, ago(0.01))
        found = digest_of(company)
        assert found
        assert found.coverage.tenth_share == 2 / 10


class TestChannel:
    def company(self, *said: Reach, state: State = State.AT_RISK, kind: Kind = Kind.EMAIL) -> Company:
        company = Company()
        client = company.client("Bermeo", state)
        company.happened(client, ago(60), OUT)
        company.happened(client, ago(50), kind=kind)
        company.happened(client, ago(49), OUT, kind=kind)
        company.assess(client, state)
        for number, reach in enumerate(said):
            company.say(client, NoteKind.CHANNEL, ago(9 - number), channel=reach)
        return company

    @pytest.mark.parametrize(
        ("reach", "state", "kind", "code"),
        [
            (Reach.MAIL, State.AT_RISK, Kind.EMAIL, StepCode.SEND_SOMETHING_USEFUL),
            (Reach.MAIL, State.DORMANT, Kind.EMAIL, StepCode.SEND_SOMETHING_USEFUL),
            (Reach.PHONE, State.AT_RISK, Kind.CALL, StepCode.CALL_AS_LIKED),
            (Reach.PHONE, State.AT_RISK, Kind.EMAIL, StepCode.CALL),
            (Reach.PHONE, State.DORMANT, Kind.EMAIL, StepCode.CALL),
            (Reach.MEETING, State.AT_RISK, Kind.EMAIL, StepCode.PROPOSE_VISIT),
            (Reach.ANY, State.DORMANT, Kind.EMAIL, StepCode.PROPOSE_VISIT),
        ],
    )
    def test_the_step_goes_the_way_the_client_likes(
        self, reach: Reach, state: State, kind: Kind, code: StepCode
    ) -> None:
        assert only(self.company(reach, state=state, kind=kind)).step.code is code

    def test_the_last_word_counts_and_is_told(self) -> None:
        found = digest_of(self.company(Reach.MAIL, Reach.PHONE))
        assert found
        assert "- Prefiere que le llaméis." in render(found, sentence).text
        assert "prefer" not in render(found, sentence).text
        english = render(replace(found, language="en"), sentence).text
        assert "- They prefer to be called." in english

    def test_a_complaint_is_called_about_whatever_is_liked(self) -> None:
        assert only(self.company(Reach.MAIL, state=State.ANGRY)).step.code is StepCode.CALL_ABOUT_COMPLAINT

    def test_whoever_asked_for_peace_is_shown_no_more_unless_he_complains(self) -> None:
        assert digest_of(self.company(Reach.NONE)) is None
        assert digest_of(self.company(Reach.NONE, Reach.ANY)) is not None
        assert digest_of(self.company(Reach.NONE, state=State.ANGRY)) is not None

    def test_nobody_is_sent_to_whom_wrote_that_he_wants_peace(self) -> None:
        company = self.company()
        company.happened(1, ago(20), signals=frozenset({Signal.OPT_OUT}), them=("Eva", "eva@c1.example"))
        company.happened(1, ago(30), them=("Leo", "leo@c1.example"))
        company.happened(1, ago(10), OUT)
        company.assess(1, State.AT_RISK)
        assert only(company).step.contact_address == "leo@c1.example"
        company.happened(1, ago(5), them=("Eva", "eva@c1.example"))
        company.happened(1, ago(4), OUT)
        company.assess(1, State.AT_RISK)
        assert only(company).step.contact_address == "eva@c1.example", "a word of hers takes it back"


Whose = tuple[float, str | None]  # since so many days ago


class MemoryHandovers:
    """Changes of the first client's owner by the records: so many days ago to whom, after it was John's."""

    def __init__(self, *changes: Whose) -> None:
        owners = [JOHN.address, *(owner for _, owner in changes)]
        self._told = [
            Handover(at=ago(days), was=was, owner=owner) for was, (days, owner) in zip(owners, changes, strict=False)
        ]

    def between(self, since: datetime, until: datetime) -> Mapping[int, Sequence[Handover]]:
        found = [one for one in self._told if since < one.at <= until]
        return {1: found} if found else {}


class TestHandedOver:
    def item(self, days: float, *, spoke: float = 40, state: State = State.HEALTHY) -> Item | None:
        company = Company()
        client = company.client("Bermeo", state)
        company.happened(client, ago(41))
        company.happened(client, ago(spoke), OUT)
        company.assess(client, state)
        sources = replace(company.sources(), handovers=MemoryHandovers((days, MARTA.address)))
        made = compose(MARTA, gather(MARTA, survey([MARTA], sources, now=NOW)), today=MARTA.today(NOW), now=NOW)
        return made.lanes[0].items[0] if made else None

    def test_a_client_that_became_his_is_to_be_greeted_from_the_second_day_on(self) -> None:
        item = self.item(9)
        assert item
        assert item.cue == Cue(code=CueCode.HANDED_OVER, days=9)
        assert item.step.code is StepCode.INTRODUCE_YOURSELF
        text = " ".join(render(digest_with(item), sentence).text.split())
        assert "Lo llevas tú desde hace 9 días, y nadie ha hablado con él desde entonces." in text
        assert "[Recién asignado]" in text
        english = " ".join(render(digest_with(item, language="en"), sentence).text.split())
        assert "They have been yours for 9 days, and nobody has spoken with them since." in english

    def test_not_on_the_first_days_nor_after_a_month_nor_once_somebody_spoke(self) -> None:
        assert self.item(1) is None
        assert self.item(31) is None
        assert self.item(9, spoke=8) is None

    def test_a_complaint_comes_first(self) -> None:
        item = self.item(9, state=State.ANGRY)
        assert item
        assert item.step.code is StepCode.CALL_ABOUT_COMPLAINT

    def test_the_word_of_a_rep_hands_over_too(self) -> None:
        company = Company(reps=(JOHN,))
        client = company.client("Bermeo", State.HEALTHY)
        company.happened(client, ago(41))
        company.happened(client, ago(40), OUT)
        company.assess(client, State.HEALTHY)
        said = {"owner": JOHN.address, "instead_of": MARTA.address, "rep": MARTA.address}
        company.say(client, NoteKind.WRONG_OWNER, ago(5), **said)
        cue = only(company).cue
        assert cue
        assert (cue.code, cue.days) == (CueCode.HANDED_OVER, 5)

    def since(self, *changes: Whose, said: Sequence[Whose] = ()) -> float | None:
        """How many days ago the client became whose it is, by changes of the records and words of reps."""
        company = Company()
        client = company.client("Bermeo")
        [*_, (_, owner)] = (0.0, JOHN.address), *changes
        company.clients[0] = replace(company.clients[0], owner=owner)
        for days, whose in said:
            company.say(client, NoteKind.WRONG_OWNER, ago(days), owner=whose, instead_of=JOHN.address)
        sources = replace(company.sources(), handovers=MemoryHandovers(*changes))
        at = survey([MARTA, JOHN], sources, now=NOW).handed_over.get(client)
        return None if at is None else (NOW - at) / timedelta(days=1)

    def test_records_that_follow_the_word_of_a_rep_hand_over_nothing_anew(self) -> None:
        marta, zoe = MARTA.address, "zoe@acme.example"
        assert self.since((4, marta), said=[(14, marta)]) == 14
        assert self.since((4, "Marta@Acme.example"), said=[(14, marta)]) == 14
        assert self.since((4, marta), said=[(44, marta)]) is None
        assert self.since((4, zoe), said=[(14, marta)]) == 4, "the records name somebody else than the rep did"
        assert self.since((14, zoe), said=[(4, marta)]) == 14, "said of whose it was no more"

    def test_a_client_that_was_nobodys_for_a_while_is_handed_over_to_the_next(self) -> None:
        marta = MARTA.address
        assert self.since((14, None), (4, marta)) == 4
        assert self.since((4, marta), said=[(14, None)]) == 4
        assert self.since((4, marta), said=[(44, None)]) == 4
        assert self.since(said=[(14, None), (4, marta)]) == 4
        assert self.since((14, None)) is None
        assert self.since((14, None), (4, JOHN.address)) is None, "it is his again"
