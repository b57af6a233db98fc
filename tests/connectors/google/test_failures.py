import json
import time
from datetime import timedelta

import pytest

from guardian.connector_kit.http import Pace
from guardian.domain.activity import Activity
from guardian.domain.errors import TryLater, UserError
from tests.lab.certificates import make_app_key
from tests.lab.company_oracle import true_cards, true_mail
from tests.lab.faults import (
    FaultPlan,
    Kind,
    dropped,
    dropped_after,
    refused,
    spoiled,
    throttled,
    truncated,
    unauthorized,
    unavailable,
)
from tests.lab.google_errors import Refusal, slow_down
from tests.lab.google_world import World

ONE = r"messages/m0-\d+$"
LIST = "messages$"


def no_such(kind: str) -> bytes:
    return Refusal(403, kind, "no").answer().body


@pytest.mark.parametrize(
    "fault",
    [throttled(2), unavailable(), dropped(), dropped_after(), truncated(), unauthorized(), spoiled(Kind.QUOTA)],
)
@pytest.mark.parametrize("on", [LIST, "POST /batch", "profile$"])
def test_what_passes_is_asked_again(world: World, on: str, fault: object) -> None:
    world.lab.faults = FaultPlan().lay(fault, on=on)  # type: ignore[arg-type]  # parametrize knows no types
    assert world.local("mail").sync().mail() == true_mail(world.company.desks[world.ana])
    assert world.lab.faults.struck


def test_a_user_over_his_quota_is_asked_again_under_both_codes(world: World) -> None:
    for code in (403, 429):
        world.lab.faults = FaultPlan().lay(refused(code, slow_down(code).answer().body), on="connections$")
        world.slept.clear()
        assert world.local("contacts").sync().cards() == true_cards(world.company.desks[world.ana])
        assert len(world.slept) == 1


def test_a_message_refused_once_is_no_dead_letter_when_then_the_whole_batch_is_put_off(world: World) -> None:
    world.lab.faults = FaultPlan().lay(unavailable(), on=ONE).lay(throttled(300), on="POST /batch", skip=1)
    with pytest.raises(TryLater):
        world.pages("mail")


def test_the_client_says_nothing_of_throttles(world: World, caplog: pytest.LogCaptureFixture) -> None:
    told = refused(403, slow_down(403).answer().body)
    world.lab.faults = FaultPlan().lay(told, on="profile$").lay(throttled(3), on=ONE, times=2)
    assert sum(page.throttled_s for page in world.pages("mail")) > 3.0
    assert not caplog.records


def test_of_a_batch_only_what_was_throttled_is_asked_again(world: World) -> None:
    world.lab.faults = FaultPlan().lay(throttled(3), on=ONE, times=2)
    (page,) = world.pages("mail")
    sizes = [one.body.count(b"GET /gmail") for one in world.lab.asked("POST /batch")]
    assert sizes[1] == 2
    assert page.read == len(true_mail(world.company.desks[world.ana]))
    assert world.slept == [3.0]
    assert page.throttled_s == 3.0


def test_a_message_that_google_cannot_give_is_a_dead_letter_and_the_page_goes_on(world: World) -> None:
    world.lab.faults = FaultPlan().lay(unavailable(), on="messages/m0-1$", times=99)
    (page,) = world.pages("mail")
    (dead,) = page.dead_letters
    assert dead.item_id == "m0-1"
    assert "503" in dead.why
    assert page.read == len(true_mail(world.company.desks[world.ana]))


def test_a_message_that_google_cannot_give_is_a_dead_letter_though_it_is_all_that_is_new(world: World) -> None:
    local = world.local("mail").sync()
    world.company.write("person0@client0.example", (world.ana,))
    ref = f"m0-{world.company.desks[world.ana].mail.now}"
    world.lab.faults = FaultPlan().lay(unavailable(), on=f"messages/{ref}$", times=99)
    (page,) = world.pages("mail", local.cursor)
    (dead,) = page.dead_letters
    assert "503" in dead.why
    assert not page.records


def test_a_mailbox_that_gives_no_message_is_put_off_though_only_one_is_new(world: World) -> None:
    local = world.local("mail").sync()
    world.company.write("person0@client0.example", (world.ana,))
    world.lab.faults = FaultPlan().lay(unavailable(), on=ONE, times=9_999)
    with pytest.raises(TryLater):
        world.pages("mail", local.cursor)


def test_messages_refused_for_our_pace_to_the_end_put_the_mailbox_off(world: World) -> None:
    world.lab.faults = FaultPlan().lay(throttled(1), on="messages/m0-1$", times=99)
    with pytest.raises(TryLater):
        world.pages("mail")


def test_a_batch_refused_as_a_whole_puts_the_mailbox_off(world: World) -> None:
    world.lab.faults = FaultPlan().lay(unavailable(), on=ONE, times=9_999)
    with pytest.raises(TryLater):
        world.pages("mail")


def test_a_long_wait_is_not_slept_but_told(world: World) -> None:
    world.lab.faults = FaultPlan().lay(throttled(40), on=LIST)
    with pytest.raises(TryLater) as told:
        world.pages("mail")
    assert told.value.after_seconds == 40
    assert not world.slept


def test_a_used_up_day_is_not_retried(world: World) -> None:
    world.lab.faults = FaultPlan().lay(refused(403, no_such("dailyLimitExceeded")), on=LIST, times=9)
    with pytest.raises(TryLater) as told:
        world.pages("mail")
    assert told.value.after_seconds == 3600
    assert len(world.lab.asked(LIST)) == 1


def test_a_token_that_runs_out_in_the_middle_is_renewed(world: World) -> None:
    world.google.gmail.cap = 3
    local = world.local("mail")
    local.seen = set()
    for page in world.feed(f"mail/{world.ana}").changes(None):
        local.store(page)
        world.google.login.expire_all()
    assert local.mail() == true_mail(world.company.desks[world.ana])


def test_a_login_that_is_always_refused_ends_after_few_requests(world: World) -> None:
    world.lab.faults = FaultPlan().lay(unauthorized(), on="(gmail|batch)", times=999)
    with pytest.raises(UserError, match="refuses the login"):
        world.pages("mail")
    assert len(world.lab.asked()) < 12


def test_a_token_refused_inside_a_batch_is_renewed(world: World) -> None:
    body = Refusal(401, "authError", "no").answer().body
    world.lab.faults = FaultPlan().lay(refused(401, body), on="messages/m0-1$", times=2)
    assert world.local("mail").sync().mail() == true_mail(world.company.desks[world.ana])
    assert len(world.lab.asked("/token")) == 2


def test_parts_of_a_batch_that_are_always_unauthorized_end_after_few_requests(world: World) -> None:
    body = Refusal(401, "authError", "no").answer().body
    world.lab.faults = FaultPlan().lay(refused(401, body), on=ONE, times=9_999)
    with pytest.raises(UserError, match="refuses the login"):
        world.pages("mail")
    assert len(world.lab.asked("batch")) <= 12


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("accessNotConfigured", "Switch on the Gmail API"),
        ("insufficientPermissions", "authorise the scopes"),
        ("forbidden", "check that the mailbox exists"),
        ("domainPolicy", "cannot use Gmail"),
    ],
)
def test_a_refusal_says_what_to_do(world: World, reason: str, says: str) -> None:
    world.lab.faults = FaultPlan().lay(refused(403, no_such(reason)), on="profile$")
    with pytest.raises(UserError, match=says):
        world.pages("mail")


def test_missing_delegation_names_the_scopes_to_authorise(world: World) -> None:
    world.google.login.authorised = frozenset()
    with pytest.raises(UserError, match=r"domain-wide delegation\).*gmail\.metadata.*contacts\.readonly"):
        world.connector().check()


def test_an_unknown_mailbox_is_named_and_the_others_go_on(world: World) -> None:
    feeds = {one.scope.name: one for one in world.connector(mailboxes=["nadie@acme.example", world.ana]).feeds()}
    with pytest.raises(UserError, match=r"no user nadie@acme\.example"):
        list(feeds["mail/nadie@acme.example"].changes(None))
    assert [page for page in feeds[f"mail/{world.ana}"].changes(None) if page.records]


def test_a_revoked_login_and_a_wrong_key_say_so(world: World) -> None:
    world.google.login.revoked = True
    with pytest.raises(UserError, match="revoked or has expired"):
        world.pages("mail")
    world.google.login.revoked = False
    world.google.login.key = make_app_key()  # the one that Google knows is another now
    old = world.connector(service_account=world.google.login.key_file())
    world.google.login.key = make_app_key()
    with pytest.raises(UserError, match="refuses the key"):
        old.check()


def refuse_logins(world: World, error: str, told: str, code: int = 400) -> None:
    said = json.dumps({"error": error, "error_description": told}).encode()
    world.lab.faults = FaultPlan().lay(refused(code, said), on="/token", times=99)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("invalid_grant", "Not a valid email"),
        ("invalid_grant", "Not a valid email or user ID."),
        ("invalid_grant", "The account has been deleted"),
        ("invalid_request", "Invalid impersonation &quot;sub&quot; field: nadie"),
    ],
)
def test_however_google_says_that_it_knows_no_such_user_the_key_is_not_blamed(
    world: World, error: str, told: str
) -> None:
    refuse_logins(world, error, told)
    with pytest.raises(UserError, match=r"knows no user ana@acme\.example"):
        world.pages("mail")


@pytest.mark.parametrize(
    ("error", "told", "says"),
    [
        ("admin_policy_enforced", "Access is restricted by policies within your organization.", "Admin console"),
        ("access_denied", "Account restricted", "suspended"),
        ("disabled_client", "The OAuth client was disabled.", "Cloud console"),
        ("deleted_client", "The OAuth client was deleted.", "Cloud console"),
        ("org_internal", "Restricted to users of its organization.", "Cloud console"),
    ],
)
def test_a_login_that_only_an_administrator_can_mend_says_so(world: World, error: str, told: str, says: str) -> None:
    refuse_logins(world, error, told)
    with pytest.raises(UserError, match=says):
        world.pages("mail")


@pytest.mark.parametrize("told", ["Bad Request", "reauth related error (invalid_rapt)"])
def test_a_single_user_whose_login_ended_is_asked_to_connect_again_not_for_a_key(world: World, told: str) -> None:
    single = {"service_account": None, "mailboxes": [world.ana], "client_id": "client", "client_secret": "secret",
              "refresh_token": "1//refresh", "token_url": f"{world.lab.url}/token"}  # fmt: skip
    refuse_logins(world, "invalid_grant", told)
    with pytest.raises(UserError, match=r"login of ana@acme\.example .* connect it again"):
        world.pages("mail", **single)


def test_a_busy_login_is_asked_again(world: World) -> None:
    world.lab.faults = FaultPlan().lay(unavailable(), on="/token")
    assert world.local("mail").sync().mail()


def test_a_login_refused_without_a_reason_is_nobodys_fault(world: World) -> None:
    world.lab.faults = FaultPlan().lay(unauthorized(), on="/token")
    with pytest.raises(TryLater):
        world.pages("mail")


def test_a_single_user_logs_in_with_a_refresh_token(world: World) -> None:
    world.google.login.refresh_tokens["1//refresh"] = world.ana
    single = {
        "service_account": None,
        "mailboxes": [world.ana],
        "client_id": "client",
        "client_secret": "secret",
        "refresh_token": "1//refresh",
        "token_url": f"{world.lab.url}/token",
    }
    assert "Reads mail, contacts, calendar of ana@acme.example" in world.connector(**single).check()
    with pytest.raises(UserError, match="client_id and client_secret"):
        world.connector(**{**single, "client_secret": "other"}).check()
    with pytest.raises(UserError, match="connect it again"):
        world.connector(**{**single, "refresh_token": "old"}).check()


def test_an_untrusted_certificate_says_which_setting_mends_it(world: World) -> None:
    with pytest.raises(UserError, match="ca_bundle"):
        world.pages("contacts", ca_bundle=None)
    with pytest.raises(UserError, match="There is no file"):
        world.pages("contacts", ca_bundle="missing.pem")


def test_five_requests_in_a_hundred_throttled_cost_little_more_than_the_waits(world: World) -> None:
    for _ in range(300):
        world.company.write("person0@client0.example", (world.ana,))
    world.lab.faults = FaultPlan(seed=5, rate=0.05, among=[throttled(2), unavailable(1)])
    world.pace = Pace(sleep=world.slept.append, deadline_s=1_000)
    page_times = world.pages("mail")
    assert page_times[-1].throttled_s == pytest.approx(sum(world.slept))
    assert sum(world.slept) <= sum(float(fault.headers["Retry-After"]) for _, fault in world.lab.faults.struck)
    assert sum(isinstance(one, Activity) for one in page_times[0].records) > 300


def test_an_api_that_hangs_is_given_up(world: World) -> None:
    world.pace = Pace(sleep=world.slept.append, deadline_s=0.0)
    world.lab.faults = FaultPlan().lay(unavailable(), on=LIST, times=99)
    began = time.monotonic()
    with pytest.raises(TryLater):
        world.pages("mail")
    assert timedelta(seconds=time.monotonic() - began) < timedelta(seconds=20)


def test_one_message_that_google_refuses_for_good_is_a_dead_letter_and_not_the_mailbox(world: World) -> None:
    body = Refusal(400, "failedPrecondition", "Precondition check failed.").answer().body
    world.lab.faults = FaultPlan().lay(refused(400, body), on="messages/m0-1$", times=99)
    (page,) = world.pages("mail")
    (dead,) = page.dead_letters
    assert (dead.item_id, "400" in dead.why) == ("m0-1", True)
    assert page.read == len(true_mail(world.company.desks[world.ana]))


def test_messages_that_are_all_refused_mean_the_mailbox(world: World) -> None:
    world.lab.faults = FaultPlan().lay(refused(403, no_such("forbidden")), on=ONE, times=9_999)
    with pytest.raises(UserError, match="does not let us read Gmail"):
        world.pages("mail")
    assert len(world.lab.asked("POST /batch")) <= 3
