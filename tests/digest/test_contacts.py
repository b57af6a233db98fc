"""Whom to turn to, with the name that records give him."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from guardian.digest.compose import compose
from guardian.digest.content import Step
from guardian.digest.gather import Sources, gather, survey
from guardian.digest.next_steps import next_steps
from guardian.domain.activity import Direction, Role, Signal
from guardian.domain.standing import State
from tests.digest.company import MARTA, NOW, Company, ago

NAMES = {"ana@c1.example": "Ana Gil Pérez", "zoe@c1.example": "Zoe Prat"}


class MemoryNames:
    def of(self, addresses: Collection[str]) -> Mapping[str, str]:
        return {one: NAMES[one] for one in addresses if one in NAMES}


def sources(company: Company) -> Sources:
    return replace(company.sources(), names=MemoryNames())


def step(company: Company) -> Step:
    found = compose(MARTA, gather(MARTA, survey([MARTA], sources(company), now=NOW)), today=MARTA.today(NOW), now=NOW)
    assert found
    return found.lanes[0].items[0].step


def test_a_contact_on_file_is_called_by_his_name() -> None:
    company = Company()
    company.client("Bermeo", State.NEW)
    assert (step(company).contact_name, step(company).contact_address) == ("Ana Gil Pérez", "ana@c1.example")
    assert "Ana Gil Pérez" in next_steps(company.assessments.latest(until=NOW), [MARTA], sources(company), now=NOW)[1]


def test_a_successor_is_called_by_his_name() -> None:
    company = Company()
    company.client("Bermeo", State.AT_RISK, contacts=("zoe@c1.example", "ana@c1.example"))
    company.happened(1, ago(9), signals=frozenset({Signal.LEFT}))
    (left,) = company.interactions
    about = replace(left.seats[0], address="zoe@c1.example", name="", role=Role.ABOUT)
    company.interactions[:] = [replace(left, seats=(*left.seats, about))]
    company.assess(1, State.AT_RISK)
    assert (step(company).contact_name, step(company).contact_address) == ("Zoe Prat", "zoe@c1.example")


def test_whoever_spoke_is_called_as_he_signs() -> None:
    company = Company()
    company.client("Bermeo")
    company.happened(1, ago(90), them=("Anita", "ana@c1.example"))
    company.happened(1, ago(89), Direction.OUT)
    company.assess(1, State.AT_RISK)
    assert step(company).contact_name == "Anita"


def test_nobody_is_called_by_a_name_that_nobody_knows() -> None:
    company = Company()
    company.client("Bermeo", State.NEW, contacts=("leo@c1.example",))
    assert (step(company).contact_name, step(company).contact_address) == ("", "leo@c1.example")
