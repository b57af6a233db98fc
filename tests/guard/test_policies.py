"""Who is judged by which policy, and the switch that lets everything pass."""

import pytest
from structlog.testing import capture_logs

from guardian.domain.mail import Envelope
from guardian.domain.verdict import Action
from guardian.guard.check import SWITCHED_OFF, Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.policies import SenderPolicy
from tests.guard.fakes import WordJudge, eml

DIRECTORY = SnapshotDirectory(
    own_domains=["acme.example"],
    domains={"cliente.example": "Cliente"},
    lists={"ventas@acme.example": ["ana@acme.example", "leo@acme.example"]},
)
OBSERVE = Policy(mode="observe")
HOSTILE = eml("Qué cretino")


def action(sender: str, *special: SenderPolicy, raw: bytes = HOSTILE) -> Action:
    guard = Guard(WordJudge(), DIRECTORY, Policy(), special=special)
    return guard.check(Envelope(sender=sender, recipients=("luis@cliente.example",)), raw).action


@pytest.mark.parametrize(
    ("sender", "found"),
    [
        ("ana@acme.example", Action.PASS),
        ("ana+x@acme.example", Action.PASS),
        ("eva@acme.example", Action.HOLD),
        ("ana@other.example", Action.HOLD),
        ("", Action.HOLD),
    ],
)
def test_a_policy_for_an_address_is_for_that_mailbox(sender: str, found: Action) -> None:
    assert action(sender, SenderPolicy(policy=OBSERVE, senders=("ana@acme.example",))) is found


def test_a_policy_for_a_list_is_for_its_members() -> None:
    team = SenderPolicy(policy=OBSERVE, senders=("ventas@acme.example",))
    assert action("leo@acme.example", team) is Action.PASS
    assert action("eva@acme.example", team) is Action.HOLD


def test_a_policy_for_a_domain_is_for_its_sub_domains() -> None:
    branch = SenderPolicy(policy=OBSERVE, domains=frozenset({"lab.acme.example"}))
    assert action("eva@x.lab.acme.example", branch) is Action.PASS
    assert action("eva@notlab.acme.example", branch) is Action.HOLD


def test_the_first_policy_that_fits_counts() -> None:
    strict = SenderPolicy(policy=Policy(), senders=("ana@acme.example",))
    rest = SenderPolicy(policy=OBSERVE, domains=frozenset({"acme.example"}))
    assert action("ana@acme.example", strict, rest) is Action.HOLD
    assert action("ana@acme.example", rest, strict) is Action.PASS
    assert action("leo@acme.example", strict, rest) is Action.PASS


def test_a_policy_may_have_a_threshold_of_its_own() -> None:
    calm = SenderPolicy(policy=Policy(threshold=0.95), senders=("ana@acme.example",))
    assert action("ana@acme.example", calm) is Action.PASS
    assert action("eva@acme.example", calm) is Action.HOLD


def test_switched_off_everything_passes_at_once_and_loudly() -> None:
    off, judge = [False], WordJudge()
    guard = Guard(judge, DIRECTORY, Policy(), is_off=lambda: off[0])
    to_client = Envelope(sender="ana@acme.example", recipients=("luis@cliente.example",))
    assert guard.check(to_client, HOSTILE).action is Action.HOLD
    off[0] = True
    with capture_logs() as log:
        verdict = guard.check(to_client, HOSTILE)
    assert (verdict.action, verdict.would_hold, verdict.degraded) == (Action.PASS, False, (SWITCHED_OFF,))
    assert judge.judged == 1
    assert [(one["event"], one["log_level"]) for one in log] == [("guard.switched_off_and_letting_pass", "error")]
    off[0] = False
    assert guard.check(to_client, HOSTILE).action is Action.HOLD
