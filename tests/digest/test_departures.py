"""Whoever is gone is not called any more: the digest leads to who came instead."""

from dataclasses import replace

from guardian.digest.compose import compose
from guardian.digest.content import Channel, Step, StepCode
from guardian.digest.departures import successors
from guardian.digest.gather import gather, survey
from guardian.domain.activity import Direction, Role, Signal
from guardian.domain.standing import State, Why, WhyCode
from guardian.ports.timeline import Seat
from tests.digest.company import MARTA, NOW, Company, ago

OUT = Direction.OUT
DAEMON = ("", "mailer-daemon@mx.example")
LEFT = Why(code=WhyCode.CONTACT_LEFT, figures=(("days", 2.0), ("others", 0.0)))


def company(*, reasons: tuple[Why, ...] = (LEFT,)) -> Company:
    made = Company()
    made.client("Bermeo", State.COOLING, contacts=("ana@c1.example", "eva@c1.example"), reasons=reasons)
    made.happened(1, ago(9), snippet="Adelante.")
    made.happened(1, ago(8), OUT)
    return made


def about(made: Company, address: str) -> None:
    """Make the latest interaction one about somebody."""
    last = made.interactions[-1]
    made.interactions[-1] = replace(last, seats=(*last.seats, Seat(address=address, role=Role.ABOUT, name="")))


def left(made: Company, days: float, successor: str | None = None) -> Company:
    made.happened(1, ago(days), signals=frozenset({Signal.AUTO_REPLY, Signal.LEFT}))
    if successor:
        about(made, successor)
    return made


def step(made: Company) -> Step:
    tenant = survey((MARTA,), made.sources(), now=NOW)
    digest = compose(MARTA, gather(MARTA, tenant), today=MARTA.today(NOW), now=NOW)
    assert digest
    return digest.lanes[0].items[0].step


def test_the_step_is_to_ask_the_successor_whom_the_note_named() -> None:
    found = step(left(company(), 2, "hugo@c1.example"))
    assert (found.code, found.channel, found.contact_address) == (
        StepCode.ASK_SUCCESSOR,
        Channel.PHONE,
        "hugo@c1.example",
    )


def test_whom_somebody_elses_leaver_names_with_this_client_in_copy_is_not_this_clients_successor() -> None:
    made = company()
    made.interactions.clear()
    jon = ("Jon", "jon@distributor.example")
    for us_or_them in (jon, ("Sara Gil", "sara@acme.example")):
        made.happened(1, ago(2), them=us_or_them, signals=frozenset({Signal.AUTO_REPLY, Signal.LEFT}))
        made.interactions[-1] = replace(made.interactions[-1], talked_with=())
        about(made, "mei@distributor.example")
    assert step(made).contact_address == "ana@c1.example"


def test_a_successor_may_write_from_anywhere() -> None:
    assert step(left(company(), 2, "hugo@freelance.example")).contact_address == "hugo@freelance.example"


def test_whoever_wrote_since_is_the_successor() -> None:
    made = left(company(), 5, "hugo@c1.example")
    made.happened(1, ago(4), them=("Eva Sol", "eva@c1.example"))
    made.happened(1, ago(3), OUT, them=("Eva Sol", "eva@c1.example"))
    assert step(made).contact_name == "Eva Sol"


def test_without_a_name_somebody_else_on_file_is_asked() -> None:
    found = step(left(company(), 2))
    assert (found.code, found.contact_address) == (StepCode.ASK_SUCCESSOR, "eva@c1.example")


def test_a_bounced_address_is_not_written_to_again() -> None:
    made = company(reasons=(Why(code=WhyCode.CONTACT_BOUNCES, figures=(("days", 2.0), ("others", 0.0))),))
    made.happened(1, ago(2), them=DAEMON, signals=frozenset({Signal.BOUNCE, Signal.NO_SUCH_ADDRESS}))
    about(made, "ana@c1.example")
    assert step(made).contact_address == "eva@c1.example"


def test_words_since_then_bring_an_address_back() -> None:
    made = left(company(), 5, "hugo@c1.example")
    assert successors(made.interactions) == {"ana@c1.example": "hugo@c1.example"}
    made.happened(1, ago(4), signals=frozenset({Signal.ACCEPT}))
    assert successors(made.interactions) == {"ana@c1.example": "hugo@c1.example"}, "an acceptance is no word"
    made.happened(1, ago(3), snippet="Sigo aquí.")
    assert successors(made.interactions) == {}


def test_an_answer_owed_comes_before_the_change() -> None:
    made = left(company(), 5, "hugo@c1.example")
    made.happened(1, ago(3), them=("Hugo", "hugo@c1.example"))
    assert step(made).code is StepCode.REPLY_TODAY
