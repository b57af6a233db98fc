"""The weekly roll-up: totals that can be recomputed, nobody ranked, once a week to each manager."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import nodes
from selectolax.lexbor import LexborHTMLParser

from guardian.digest.concentration import share_of_top
from guardian.digest.content import Coverage
from guardian.digest.material import Rep
from guardian.digest.rollup import RollupSources, preview_rollups, send_rollups
from guardian.digest.rollup.compose import MOST_LINES, compose_rollup
from guardian.digest.rollup.content import Rollup
from guardian.digest.rollup.gather import gather_team
from guardian.digest.rollup.render import render_rollup
from guardian.digest.run import Outcome, Sent
from guardian.digest.templating import environment
from guardian.domain.activity import Direction, Signal
from guardian.domain.errors import TryLater
from guardian.domain.notes import NoteKind
from guardian.domain.standing import State, Why, WhyCode
from guardian.ports.complaints import ComplaintBook
from tests.ageing.memory_complaints import ManyComplaints, complaint_of
from tests.digest.company import JOHN, MARTA, NOW, OFFICE, Company, ago, written
from tests.digest.stores import MemoryBreadth, MemoryRollupLog

GOLDEN = Path(__file__).parent / "golden"
OUT = Direction.OUT
LUIS = Rep(address="luis@acme.example", name="Luis Prieto", language="es", timezone="Europe/Madrid")
KATE = Rep(address="kate@acme.example", name="Kate Moor", language="en-GB", timezone="Europe/London")
ZOE = Rep(address="zoe@acme.example", name="Zoe Aldana", language="es", timezone="Europe/Madrid")


def sources(company: Company, log: MemoryRollupLog | None = None) -> RollupSources:
    return RollupSources(
        reps=company.reps,
        digests=company.sources(),
        breadth=MemoryBreadth(company.interactions, "acme.example"),
        log=log or MemoryRollupLog(),
    )


def rollup_of(company: Company, manager: Rep = LUIS, now: datetime = NOW) -> Rollup:
    found = compose_rollup(manager, gather_team(sources(company), now=now), now=now)
    assert found
    return found


def a_team() -> Company:
    """Three reps, and a client for everything that a roll-up tells of."""
    company = Company(reps=(MARTA, JOHN, ZOE))
    angry = company.client("Hotel Miramar", State.ANGRY, value=9_800, at=ago(40))
    company.assess(angry, State.ANGRY)
    silent = company.client("Óptica Sanz", State.INDIFFERENT, owner=JOHN.address, value=52_000)
    complaints = {angry: complaint_of(angry, ago(40)), silent: complaint_of(silent, ago(3))}
    company.complaints = ComplaintBook(store=ManyComplaints(complaints))
    risk = company.client("Talleres Bermeo", value=18_400)
    for weeks in range(3):
        company.log.mark_sent(MARTA.address, MARTA.today(NOW) - timedelta(days=7 * weeks + 1), [risk], at=NOW)
    company.client("Sin Dueño, S. L.", State.UNREACHABLE, owner="", value=700)
    company.clients[-1] = replace(company.clients[-1], owner=None)
    company.client("Sin Señas", State.UNREACHABLE, owner=ZOE.address, contacts=())
    swapped = company.client("Dehesa Norte", State.HEALTHY, value=4_000)
    company.say(swapped, NoteKind.WRONG_OWNER, ago(2), owner=ZOE.address, instead_of=MARTA.address)
    company.say(company.client("No cliente"), NoteKind.NOT_CLIENT, ago(2))
    for days, client in ((3, angry), (45, silent), (60, risk), (10, swapped), (11, swapped), (12, swapped)):
        company.happened(client, ago(days), OUT)
    company.happened(swapped, ago(9), them=("Eva Sol", "eva@c6.example"))
    return company


@pytest.mark.parametrize("manager", [LUIS, KATE], ids=["es", "en"])
def test_the_text_reads_as_agreed(manager: Rep) -> None:
    rendered = render_rollup(rollup_of(a_team(), manager))
    golden = (GOLDEN / f"rollup_{manager.language[:2]}.txt").read_text(encoding="utf-8")
    assert f"{rendered.subject}\n\n{rendered.text}" == golden


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@pytest.mark.parametrize("manager", [LUIS, KATE], ids=["es", "en"])
def test_text_and_page_say_the_same(manager: Rep) -> None:
    rendered = render_rollup(rollup_of(a_team(), manager))
    tree = LexborHTMLParser(rendered.html)
    assert tree.body
    assert words_of(tree.body.text(separator=" ")) == words_of(rendered.text)


def test_the_coverage_of_the_team_and_of_each_rep_can_be_counted_by_hand() -> None:
    rollup = rollup_of(a_team())
    assert rollup.team == Coverage(clients=6, reached_30=2, reached_90=4)
    assert [(one.name, one.coverage) for one in rollup.reps] == [
        ("John Hale", Coverage(clients=1, reached_30=0, reached_90=1)),
        ("Marta Ruiz", Coverage(clients=2, reached_30=1, reached_90=2)),
        ("Zoe Aldana", Coverage(clients=2, reached_30=1, reached_90=1)),
    ]


def test_reps_stand_by_name_whatever_their_figures() -> None:
    company = Company(reps=(ZOE, MARTA, JOHN))
    for rep, days in ((ZOE, 1), (MARTA, 100), (JOHN, 50)):
        company.happened(company.client(f"Of {rep.name}", owner=rep.address), ago(days), OUT)
    assert [one.name for one in rollup_of(company).reps] == ["John Hale", "Marta Ruiz", "Zoe Aldana"]


class TestComplaints:
    def company(self, **since: float) -> Company:
        """A rep whose clients complain, each since so many days; the later named are worth less."""
        company = Company()
        told = {
            company.client(name, State.ANGRY, value=100 - i): days for i, (name, days) in enumerate(since.items())
        }
        company.complaints = ComplaintBook(
            store=ManyComplaints({client: complaint_of(client, ago(days)) for client, days in told.items()})
        )
        return company

    @pytest.mark.parametrize(
        ("since", "ages"),
        [(0.5, (1, 0, 0)), (7.2, (1, 0, 0)), (7.9, (0, 1, 0)), (30.2, (0, 1, 0)), (30.9, (0, 0, 1))],
    )
    def test_they_are_counted_by_age(self, since: float, ages: tuple[int, int, int]) -> None:
        open_ones = rollup_of(self.company(angry=since)).complaints
        assert (open_ones.week, open_ones.month, open_ones.older) == ages

    def test_from_anger_to_indifference_it_is_the_same(self) -> None:
        company = self.company(same=20)
        company.assess(1, State.INDIFFERENT, at=ago(0.05))
        assert rollup_of(company).complaints.month == 1

    def test_the_oldest_is_named_first_with_its_age(self) -> None:
        lines = rollup_of(self.company(new_and_great=0, old_and_small=40)).complaints.clients.lines
        assert [(one.name, one.days) for one in lines] == [("old_and_small", 40), ("new_and_great", 0)]

    def test_the_age_is_in_days_of_the_managers_calendar(self) -> None:
        company = self.company(late_yesterday=0.4)  # 21:54 in Madrid
        [line] = rollup_of(company).complaints.clients.lines
        assert line.days == 1
        assert "desde hace 1 día;" in render_rollup(rollup_of(company)).text
        kate = replace(KATE, timezone="Pacific/Auckland")  # 09:54 of what is today there
        [line] = rollup_of(company, kate).complaints.clients.lines
        assert line.days == 0

    def test_one_of_a_client_whom_nobody_looks_after_or_who_has_no_address_is_told_all_the_same(self) -> None:
        company = self.company(orphan=28)
        company.assess(1, State.UNREACHABLE, at=ago(0.05))
        company.clients[0] = replace(company.clients[0], owner=None)
        rendered = render_rollup(rollup_of(company))
        assert rollup_of(company).complaints.month == 1
        assert "1 queja abierta" in rendered.subject
        assert "no lo lleva nadie" in rendered.text


class TestIgnored:
    def showings(self, company: Company, *days: int) -> None:
        for number in days:
            company.log.mark_sent(MARTA.address, MARTA.today(NOW) - timedelta(days=number), [1], at=NOW)

    def test_a_client_shown_three_times_in_vain_is_ignored(self) -> None:
        company = Company()
        company.client("Ignored")
        self.showings(company, 15, 8)
        assert rollup_of(company).ignored.total == 0
        self.showings(company, 1)
        assert [(one.name, one.days) for one in rollup_of(company).ignored.lines] == [("Ignored", 3)]

    def test_a_warning_of_the_reps_own_day_was_not_in_vain_yet(self) -> None:
        company = Company()
        company.client("Warned tonight", at=ago(21))
        night = NOW.replace(hour=3, minute=30)
        for days in (16, 8, 0):
            assert company.send(night - timedelta(days=days))[0].outcome is Outcome.SENT
        assert rollup_of(company, now=night).ignored.total == 0
        assert rollup_of(company, now=night + timedelta(days=1)).ignored.total == 1

    def test_which_day_it_is_the_clock_of_the_rep_says_and_not_that_of_the_manager(self) -> None:
        company = Company(reps=(replace(MARTA, timezone="America/Mexico_City"),))
        company.client("Warned in the evening", at=ago(21))
        evening = NOW.replace(hour=5, minute=0)  # 23:00 of the day before there
        for days in (16, 8, 0):
            assert company.send(evening - timedelta(days=days))[0].outcome is Outcome.SENT
        assert rollup_of(company, now=evening + timedelta(minutes=30)).ignored.total == 0
        assert rollup_of(company, now=evening + timedelta(hours=2)).ignored.total == 1

    def test_of_a_past_day_it_tells_what_had_been_shown_until_then(self) -> None:
        company = Company()
        company.client("Warned later", at=ago(30))
        self.showings(company, 15, 8, 1)
        assert rollup_of(company, now=ago(5)).ignored.total == 0

    def test_not_if_somebody_spoke_with_it_since_or_it_was_put_off(self) -> None:
        company = Company()
        company.client("Spoken with")
        self.showings(company, 15, 8, 1)
        company.happened(1, ago(2), OUT)
        assert rollup_of(company).ignored.total == 0
        company = Company()
        company.client("Put off")
        self.showings(company, 15, 8, 1)
        company.say(1, NoteKind.SNOOZE, ago(2), until=NOW + timedelta(days=9))
        assert rollup_of(company).ignored.total == 0


def test_clients_without_owner_without_address_and_with_a_single_person_are_counted() -> None:
    rollup = rollup_of(a_team())
    assert [one.name for one in rollup.unowned.lines] == ["Sin Dueño, S. L."]
    assert [one.name for one in rollup.unreachable.lines] == ["Sin Señas"]
    assert [one.name for one in rollup.single_threaded.lines] == ["Óptica Sanz", "Talleres Bermeo", "Hotel Miramar"]


def test_a_client_whose_every_address_is_gone_counts_as_without_address() -> None:
    company = Company()
    gone_for_good = Why(code=WhyCode.ADDRESSES_GONE, figures=(("addresses", 2.0),))
    company.client("Muebles Roto", State.UNREACHABLE, reasons=(gone_for_good,))
    assert [one.name for one in rollup_of(company).unreachable.lines] == ["Muebles Roto"]


def test_a_change_of_hands_is_told_until_the_records_follow() -> None:
    company = a_team()
    [line] = rollup_of(company).handed_over.lines
    assert (line.name, line.owner, line.to) == ("Dehesa Norte", "Marta Ruiz", "Zoe Aldana")
    company.clients[5] = replace(company.clients[5], owner=ZOE.address)
    assert rollup_of(company).handed_over.total == 0


def test_who_is_no_client_is_not_counted_anywhere() -> None:
    assert "No cliente" not in render_rollup(rollup_of(a_team())).text


def test_lists_are_short_and_say_how_many_more_there_are() -> None:
    company = Company()
    for number in range(MOST_LINES + 3):
        company.client(f"Nobody's {number}", value=float(number))
        company.clients[-1] = replace(company.clients[-1], owner=None)
    unowned = rollup_of(company).unowned
    assert (unowned.total, len(unowned.lines), unowned.more) == (MOST_LINES + 3, MOST_LINES, 3)
    assert unowned.lines[0].name == "Nobody's 12"
    assert "Y 3 clientes más." in render_rollup(rollup_of(company)).text


class TestConcentration:
    def test_it_is_the_share_of_the_busiest_tenth(self) -> None:
        company = Company()
        for number in range(20):
            company.client(f"C{number}", value=100.0 + number)
        for number, days in ((1, 30), (2, 20), (3, 50)):
            for day in range(days):
                company.happened(number, ago(day + 0.2), OUT)
                company.happened(number, ago(day + 0.21))  # the same day
        dense = rollup_of(company).concentration
        assert dense.clients == 2
        assert dense.contacts == pytest.approx(80 / 100)
        assert dense.value == pytest.approx((119 + 118) / sum(100 + number for number in range(20)))
        assert dense.greatest == "C19"
        assert dense.greatest_value == pytest.approx(119 / 2190)

    def test_an_accepted_invitation_is_no_contact(self) -> None:
        company = Company()
        for number in range(2):
            company.happened(company.client(f"C{number}"), ago(5), OUT)
        company.happened(1, ago(8), signals=frozenset({Signal.ACCEPT}))
        assert company.interactions[-1].touch.inbound_clock
        assert rollup_of(company).concentration.contacts == pytest.approx(1 / 2)

    def test_older_contacts_do_not_count_and_nothing_has_no_share(self) -> None:
        company = Company()
        company.happened(company.client("C"), ago(91), OUT)
        dense = rollup_of(company).concentration
        assert (dense.contacts, dense.value, dense.greatest) == (None, None, "")

    @given(st.lists(st.integers(0, 50), max_size=60))
    def test_a_share_lies_between_an_even_one_and_all(self, amounts: list[int]) -> None:
        share = share_of_top(sorted(amounts, reverse=True))
        assert (share is None) is (not sum(amounts))
        assert share is None or 0.1 <= share <= 1


class TestSending:
    def send(
        self, company: Company, log: MemoryRollupLog, now: datetime = NOW, *, unasked: bool = False
    ) -> list[Sent]:
        managers = (LUIS, KATE)
        return send_rollups(managers, sources(company, log), company.out, OFFICE, now=now, unasked=unasked)

    def test_each_manager_gets_it_once_a_week_whatever_is_run_again(self) -> None:
        company, log = a_team(), MemoryRollupLog()
        assert [one.outcome for one in self.send(company, log)] == [Outcome.SENT] * 2
        for days in range(1, 5):  # Thursday to Sunday
            again = self.send(company, log, NOW + timedelta(days=days))
            assert [one.outcome for one in again] == [Outcome.SENT_BEFORE] * 2
        assert len(company.out.mails) == 2
        assert [one.outcome for one in self.send(company, log, NOW + timedelta(days=5))] == [Outcome.SENT] * 2
        assert [envelope.recipients for envelope, _raw in company.out.mails[:2]] == [(LUIS.address,), (KATE.address,)]

    def test_what_another_run_is_just_sending_is_not_sent_a_second_time(self) -> None:
        company, log = a_team(), MemoryRollupLog()
        with log.sending(LUIS.address, date(2026, 11, 23)):
            assert [one.outcome for one in self.send(company, log)] == [Outcome.SENT_BEFORE, Outcome.SENT]
        assert [one.outcome for one in self.send(company, log)] == [Outcome.SENT, Outcome.SENT_BEFORE]

    def test_each_in_the_managers_own_language(self) -> None:
        company = a_team()
        self.send(company, MemoryRollupLog())
        subjects = [message_from_bytes(raw, policy=policy.SMTP)["Subject"] for _to, raw in company.out.mails]
        assert [subject.split(":")[0] for subject in subjects] == ["La cartera esta semana", "The book this week"]

    def test_a_week_begins_on_monday_where_the_manager_lives(self) -> None:
        company, log = a_team(), MemoryRollupLog()
        sunday_night = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)  # Monday in Madrid, Sunday in London
        self.send(company, log, sunday_night)
        assert sorted(log.sent) == [(KATE.address, date(2026, 11, 23)), (LUIS.address, date(2026, 11, 30))]

    def test_unasked_it_waits_for_the_first_working_day(self) -> None:
        company, log = a_team(), MemoryRollupLog()
        saturday = NOW + timedelta(days=3)
        assert [one.outcome for one in self.send(company, log, saturday, unasked=True)] == [Outcome.DAY_OFF] * 2
        assert [one.outcome for one in self.send(company, log, saturday)] == [Outcome.SENT] * 2

    def test_trouble_with_one_does_not_stop_the_other_and_is_made_up_for(self) -> None:
        company, log = a_team(), MemoryRollupLog()
        company.out.refuses = {LUIS.address: TryLater("busy")}
        assert [one.outcome for one in self.send(company, log)] == [Outcome.FAILED, Outcome.SENT]
        company.out.refuses = {}
        assert [one.outcome for one in self.send(company, log)] == [Outcome.SENT, Outcome.SENT_BEFORE]

    def test_without_any_client_there_is_nothing_to_tell(self) -> None:
        company = Company()
        assert [one.outcome for one in self.send(company, MemoryRollupLog())] == [Outcome.NOTHING_NEW] * 2

    def test_a_machine_says_that_it_is_one(self) -> None:
        company = a_team()
        self.send(company, MemoryRollupLog())
        message = message_from_bytes(company.out.mails[0][1], policy=policy.SMTP)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["List-Id"] == "Guardian <rollup.guardian.acme.example>"
        assert message["Message-ID"].startswith("<rollup.20261123.")

    def test_a_preview_is_what_would_be_sent(self, tmp_path: Path) -> None:
        company = a_team()
        paths = written(preview_rollups((LUIS,), sources(company), OFFICE, now=NOW), tmp_path)
        assert [path.name for path in paths] == [f"rollup-{LUIS.address}.{end}" for end in ("html", "txt", "eml")]
        self.send(company, MemoryRollupLog())
        assert company.out.mails[0][1] == paths[2].read_bytes()


@settings(max_examples=30, deadline=None)
@given(name=st.text(max_size=60), language=st.sampled_from(["es", "en"]))
def test_whatever_a_client_is_called_the_page_keeps_its_shape(name: str, language: str) -> None:
    company = Company()
    company.client(f"<script>alert(1)</script>{name}", State.ANGRY, value=5.0)
    rendered = render_rollup(rollup_of(company, replace(LUIS, language=language)))
    tree = LexborHTMLParser(rendered.html)
    assert not tree.css("script, b, i, img, form, iframe, link, a")
    assert "<script>alert(1)</script>" in rendered.text
    assert len(rendered.subject.splitlines()) == 1


def test_a_large_team_stays_small_enough_for_any_mail_program() -> None:
    company = Company(reps=tuple(replace(MARTA, address=f"rep{n}@acme.example", name=f"Rep {n}") for n in range(60)))
    for number in range(240):
        state = [State.ANGRY, State.UNREACHABLE, State.AT_RISK, State.INDIFFERENT][number % 4]
        company.client("Ñ" * 80, state, owner=f"rep{number % 60}@acme.example", value=1e9, contacts=())
    rendered = render_rollup(rollup_of(company))
    assert len(rendered.html.encode()) < 60 * 1024


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = render_rollup(rollup_of(a_team())).html
    assert not LexborHTMLParser(page).css("img, link, script, form, iframe, svg, object, a")
    assert not re.search(r"url\(|@import|@font-face|display:\s*(?:flex|grid)|https?://|data:", page)


@pytest.mark.parametrize(
    ("manager", "spoken", "subject"),
    [
        (LUIS, True, "La cartera esta semana: en 30 días hemos hablado con el único cliente"),
        (LUIS, False, "La cartera esta semana: en 30 días no hemos hablado con el único cliente"),
        (KATE, True, "The book this week: in 30 days we spoke with the only client"),
        (KATE, False, "The book this week: in 30 days we did not speak with the only client"),
    ],
)
def test_the_subject_of_a_book_of_one_client_speaks_of_one(manager: Rep, spoken: bool, subject: str) -> None:
    company = Company()
    company.happened(company.client("Only"), ago(5 if spoken else 50), OUT)
    assert render_rollup(rollup_of(company, manager)).subject == subject


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("count", [0, 1, 2, 1_234])
def test_every_count_has_its_words(language: str, count: int) -> None:
    base = rollup_of(a_team(), replace(LUIS, language=language))
    listing = replace(base.unowned, total=count, lines=base.unowned.lines[:count])
    told = replace(
        base,
        states=tuple((state, count) for state, _n in base.states) if count else (),
        ignored=listing,
        unowned=listing,
        unreachable=listing,
        single_threaded=listing,
        complaints=replace(base.complaints, clients=listing, week=count),
    )
    text = render_rollup(told).text
    assert not re.search(r"(?<![\d.,])1 (clientes|clients|quejas|complaints)\b", text)
    totals = text.split("=\n")[1].split("\n\n")[0]
    assert all(re.match(r"- [A-ZÁÉÍÓÚ0-9].*", line) for line in re.split(r"\n(?=- )", totals))
    assert not re.search(r"- *$", totals, re.MULTILINE)


def test_both_languages_have_the_same_sentences() -> None:
    pages = environment(html=True)
    loader = pages.loader
    assert loader

    def macros(language: str) -> dict[str, list[str]]:
        tree = pages.parse(loader.get_source(pages, f"rollup_{language}.j2")[0])
        return {macro.name: [arg.name for arg in macro.args] for macro in tree.find_all(nodes.Macro)}

    assert macros("es") == macros("en")
