"""Sending: each rep once a day, whatever happens to the others."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from guardian.digest.material import Rep
from guardian.digest.run import Outcome, preview
from guardian.domain.errors import TryLater, UserError
from guardian.domain.mail import Envelope
from guardian.domain.standing import State
from guardian.ports.mailer import MaybeSent, Receipt, Refused
from tests.digest.company import JOHN, MARTA, NOW, OFFICE, SENDER, Company, busy_company, written


def company_of(*reps: Rep) -> Company:
    company = Company(reps=reps)
    for rep in reps:
        company.client(f"Client of {rep.name}", owner=rep.address, at=NOW - timedelta(days=30))
    return company


def test_each_rep_gets_his_own_digest() -> None:
    company = company_of(MARTA, JOHN)
    assert [(one.rep, one.outcome, one.client_ids) for one in company.send()] == [
        (MARTA.address, Outcome.SENT, (1,)),
        (JOHN.address, Outcome.SENT, (2,)),
    ]
    envelopes = [envelope for envelope, _raw in company.out.mails]
    assert [envelope.recipients for envelope in envelopes] == [(MARTA.address,), (JOHN.address,)]
    assert {envelope.sender for envelope in envelopes} == {SENDER}
    subjects = [message_from_bytes(raw, policy=policy.SMTP)["Subject"] for _envelope, raw in company.out.mails]
    assert subjects == [
        "Estás a punto de perder a Client of Marta Ruiz",
        "You are about to lose Client of John Hale",
    ]


def test_a_rerun_sends_nothing_twice() -> None:
    company = company_of(MARTA)
    company.send()
    assert [one.outcome for one in company.send(NOW + timedelta(hours=3))] == [Outcome.SENT_BEFORE]
    assert len(company.out.mails) == 1


def test_what_another_run_is_just_sending_is_not_sent_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    company = company_of(MARTA)
    meanwhile, send = [], company.out.send

    def slowly(envelope: Envelope, raw: bytes) -> Receipt:
        monkeypatch.setattr(company.out, "send", send)
        meanwhile.extend(company.send())
        return send(envelope, raw)

    monkeypatch.setattr(company.out, "send", slowly)
    assert [one.outcome for one in company.send()] == [Outcome.SENT]
    assert [one.outcome for one in meanwhile] == [Outcome.SENT_BEFORE]
    assert len(company.out.mails) == 1


def test_a_digest_of_which_nobody_knows_whether_it_was_taken_is_not_sent_again() -> None:
    company = company_of(MARTA, JOHN)
    company.out.refuses[MARTA.address] = MaybeSent("The mail server did not say.")
    unclear, sent = company.send()
    assert (unclear.outcome, unclear.retry, unclear.error) == (Outcome.FAILED, False, "The mail server did not say.")
    assert sent.outcome is Outcome.SENT
    assert {one.outcome for one in company.send(NOW + timedelta(hours=1))} == {Outcome.SENT_BEFORE}


def test_a_rep_with_nothing_new_gets_no_mail() -> None:
    company = Company(reps=(MARTA,))
    assert [one.outcome for one in company.send()] == [Outcome.NOTHING_NEW]
    assert company.out.mails == []
    assert company.log.sent == {}


def test_whoever_stopped_his_digests_gets_none_even_when_asked_for_and_may_look_at_them(tmp_path: Path) -> None:
    company = company_of(MARTA, JOHN)
    company.reps = (replace(MARTA, stopped=frozenset({"digest"})), replace(JOHN, stopped=frozenset({"rollup"})))
    assert [one.outcome for one in company.send()] == [Outcome.STOPPED, Outcome.SENT]
    assert list(company.log.sent) == [(JOHN.address, date(2026, 11, 25))]
    assert len(look(company, tmp_path)) == 6


def test_one_reps_trouble_does_not_stop_the_others() -> None:
    lost_in_time = Rep(address="leo@acme.example", name="Leo", language="es", timezone="Europe/Atlantis")
    no_address = Rep(address="pau@@", name="Pau", language="es", timezone="Europe/Madrid")
    refused = Rep(address="eva@acme.example", name="Eva", language="es", timezone="Europe/Madrid")
    company = company_of(lost_in_time, no_address, MARTA, refused, JOHN)
    company.out.refuses = {MARTA.address: TryLater("busy"), refused.address: UserError("no such mailbox")}
    sent = company.send()
    assert [(one.outcome, one.retry) for one in sent] == [
        (Outcome.FAILED, False),
        (Outcome.FAILED, False),
        (Outcome.FAILED, True),
        (Outcome.FAILED, False),
        (Outcome.SENT, False),
    ]
    assert "Europe/Madrid" in sent[0].error
    assert sent[2].error == "busy"


def test_what_keeps_every_digest_from_leaving_is_told_from_one_reps_trouble() -> None:
    no_address = Rep(address="pau@@", name="Pau", language="es", timezone="Europe/Madrid")
    company = company_of(no_address, MARTA, JOHN)
    company.out.refuses = {MARTA.address: Refused("no such mailbox"), JOHN.address: UserError("the disk is full")}
    assert [one.stops_all for one in company.send()] == [False, False, True]
    company.out.refuses = {}
    assert [one.stops_all for one in company.send()] == [False, False, False]


def test_whoever_failed_gets_it_with_the_next_run() -> None:
    company = company_of(MARTA, JOHN)
    company.out.refuses = {MARTA.address: TryLater("busy")}
    company.send()
    company.out.refuses = {}
    assert [one.outcome for one in company.send()] == [Outcome.SENT, Outcome.SENT_BEFORE]


def test_a_bug_is_not_swallowed() -> None:
    company = company_of(MARTA)
    company.out.send = None  # type: ignore[method-assign, assignment]  # a broken mailer
    with pytest.raises(TypeError):
        company.send()


def rep_in(timezone: str) -> Rep:
    return Rep(address="rep@acme.example", name="Rep", language="en", timezone=timezone)


@pytest.mark.parametrize(
    ("timezone", "now", "day"),
    [
        ("Pacific/Auckland", datetime(2026, 11, 25, 18, 30, tzinfo=UTC), date(2026, 11, 26)),
        ("America/Mexico_City", datetime(2026, 11, 26, 3, 30, tzinfo=UTC), date(2026, 11, 25)),
        ("Europe/Madrid", datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),  # the clocks go back
        ("Europe/Madrid", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),  # a day of 25 hours
        ("Europe/Madrid", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        ("Europe/Madrid", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),  # a day of 23 hours
    ],
)
def test_the_day_is_the_reps_own(timezone: str, now: datetime, day: date) -> None:
    company = Company(reps=(rep_in(timezone),))
    company.client("Client", owner="rep@acme.example", at=now - timedelta(hours=1))
    (one,) = company.send(now)
    assert (one.outcome, one.day) == (Outcome.SENT, day)
    assert list(company.log.sent) == [("rep@acme.example", day)]


@pytest.mark.parametrize(
    ("timezone", "now", "day"),
    [
        ("Europe/Madrid", datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        ("Pacific/Auckland", datetime(2026, 11, 23, 14, 0, tzinfo=UTC), date(2026, 11, 23)),
        ("America/Mexico_City", datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (
            "America/Mexico_City",
            datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
            date(2026, 11, 22),
        ),  # it has not come there
    ],
)
def test_where_a_past_day_is_asked_for_it_is_the_reps_day_wherever_he_lives(
    timezone: str, now: datetime, day: date
) -> None:
    company = Company(reps=(replace(rep_in(timezone), last_day=date(2026, 11, 23)),))
    company.client("Client", owner="rep@acme.example", at=now - timedelta(hours=1))
    (one,) = company.send(now)
    assert (one.outcome, one.day) == (Outcome.SENT, day)
    assert list(company.log.sent) == [("rep@acme.example", day)]


def test_a_day_of_25_hours_still_has_one_digest() -> None:
    company = Company(reps=(rep_in("Europe/Madrid"),))
    start = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    for number in range(6):
        company.client(f"Client {number}", owner="rep@acme.example", at=start - timedelta(days=1))
    outcomes = [company.send(start + timedelta(hours=hour))[0].outcome for hour in range(26)]
    assert outcomes == [Outcome.SENT] + [Outcome.SENT_BEFORE] * 24 + [Outcome.SENT]


def test_a_state_is_compared_with_the_hour_of_the_last_digest_not_the_end_of_its_day() -> None:
    rep = rep_in("America/Los_Angeles")
    company = Company(reps=(rep,))
    first = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 07:30 there
    company.client("Client", State.AT_RISK, owner=rep.address, at=first - timedelta(hours=13))
    assert company.send(first)[0].outcome is Outcome.SENT
    company.assess(1, State.DORMANT, at=first + timedelta(hours=11))  # the same evening there
    assert company.send(first + timedelta(days=1))[0].outcome is Outcome.SENT
    assert company.send(first + timedelta(days=2))[0].outcome is Outcome.NOTHING_NEW


def look(company: Company, folder: Path) -> list[Path]:
    return written(preview(company.reps, company.sources(), OFFICE, now=NOW), folder)


def test_a_preview_writes_what_would_be_sent_and_sends_nothing(tmp_path: Path) -> None:
    company = busy_company(MARTA)
    paths = look(company, tmp_path / "out")
    assert [path.name for path in paths] == [f"marta@acme.example.{ending}" for ending in ("html", "txt", "eml")]
    assert (company.out.mails, company.log.sent) == ([], {})
    company.send()
    assert company.out.mails[0][1] == paths[2].read_bytes()


def test_a_preview_after_sending_shows_what_was_sent(tmp_path: Path) -> None:
    company = busy_company(MARTA)
    company.send()
    look(company, tmp_path)
    assert (tmp_path / "marta@acme.example.eml").read_bytes() == company.out.mails[0][1]


def test_a_rep_with_nothing_new_has_no_preview(tmp_path: Path) -> None:
    assert look(Company(reps=(MARTA,)), tmp_path) == []


def test_no_address_leads_out_of_the_folder(tmp_path: Path) -> None:
    rep = Rep(address="x/y@acme.example", name="", language="es", timezone="Europe/Madrid")
    company = company_of(rep)
    assert {path.parent for path in look(company, tmp_path)} == {tmp_path}
