"""Whatever happens in a mailbox and on the way, what Guardian knows of it is the truth."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from guardian.domain.errors import CursorExpired, TryLater, UserError
from tests.connectors.outlook.tenant import Tenant
from tests.lab import faults
from tests.lab.company import Folder
from tests.lab.company_oracle import Local, true_cards, true_mail, true_meetings
from tests.lab.faults import FaultPlan, Kind

TROUBLE = (
    faults.throttled(0),
    faults.throttled(600),
    faults.unavailable(),
    faults.unauthorized(),
    faults.dropped(),
    faults.dropped_after(),
    faults.truncated(0.4),
    faults.spoiled(Kind.DUPLICATED),
    faults.spoiled(Kind.REORDERED),
    faults.spoiled(Kind.PARTIAL),
    faults.spoiled(Kind.CURSOR_LOST),
)


def something_happens(tenant: Tenant, chance: random.Random) -> None:
    company, desk, ana = tenant.company, tenant.desk, tenant.ana
    refs = sorted(desk.mail.items)
    what = chance.randrange(10)
    if what == 0:
        company.write("person0@client0.example", (ana,), cc=("person1@client0.example",))
    elif what == 1:
        company.write(ana, ("person1@client1.example",), bcc=("x@y.example",))
    elif what == 2 and refs:
        gone = tenant.graph.removed_folders.get(ana)
        company.move(
            ana, chance.choice(refs), chance.choice([one for one in Folder if not gone or one != "projects"])
        )
    elif what == 3 and refs:
        desk.mail.remove(chance.choice(refs))
    elif what == 4 and refs:
        company.mark_read(ana, chance.choice(refs))
    elif what == 5 and desk.cards.items:
        desk.cards.remove(chance.choice(sorted(desk.cards.items)))
    elif what == 6:
        tenant.graph.generation += chance.random() < 0.3
    elif what == 7:
        a_folder_comes_or_goes(tenant)
    elif what == 8:
        tenant.now += timedelta(days=chance.randrange(40))
    else:
        another_meeting(tenant, chance)


def a_folder_comes_or_goes(tenant: Tenant) -> None:
    gone = tenant.graph.removed_folders.setdefault(tenant.ana, set())
    if gone:
        gone.clear()
        return
    gone.add("projects")
    for ref, copy in list(tenant.desk.mail.items.items()):
        if copy.folder is Folder.PROJECTS:
            tenant.desk.mail.remove(ref)


def another_meeting(tenant: Tenant, chance: random.Random) -> None:
    calendar = tenant.desk.calendar
    ref = chance.choice(sorted(calendar.items)) if calendar.items else None
    if ref is None:
        return
    meeting = calendar.items[ref]
    if chance.random() < 0.3:
        calendar.add(replace(meeting, uid=f"{meeting.uid}x"))
    elif chance.random() < 0.3:
        calendar.remove(ref)
    elif meeting.repeats and chance.random() < 0.5:
        start = chance.choice(meeting.starts)
        calendar.change(ref, replace(meeting, moved=((start, start + timedelta(hours=3)),)))
    elif meeting.repeats:
        calendar.change(ref, replace(meeting, dropped=(*meeting.dropped, chance.choice(meeting.starts))))


def sync_until_it_holds(local: Local, faulty: FaultPlan, tenant: Tenant) -> None:
    """Run nights, the first of them with trouble, until one comes through; none may lose what an earlier one had."""
    tenant.lab.faults = faulty
    for night in range(30):
        if night == 4:
            tenant.lab.faults = FaultPlan()
        try:
            local.sync()
        except (TryLater, UserError):
            continue
        if night >= 4:
            return
    raise AssertionError("it never came through")


SEEDS = [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 120))]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_history_under_any_trouble_ends_in_the_truth(tenant: Tenant, seed: int) -> None:
    chance = random.Random(seed)
    mail, meetings, cards = (tenant.local(kind) for kind in ("mail", "calendar", "contacts"))
    for _ in range(3):
        for _ in range(chance.randrange(6)):
            something_happens(tenant, chance)
        for local in (mail, meetings, cards):
            trouble = FaultPlan(seed=chance.randrange(10**6), rate=0.1, among=TROUBLE, most=8)
            sync_until_it_holds(local, trouble, tenant)
    assert mail.mail() == true_mail(tenant.desk)
    assert meetings.meetings() == true_meetings(tenant.desk)
    assert cards.cards() == true_cards(tenant.desk)
    assert tenant.graph.deepest <= 4


@pytest.mark.parametrize("seed", SEEDS)
def test_what_happens_between_two_pages_is_not_lost(tenant: Tenant, seed: int) -> None:
    chance = random.Random(seed)
    mail = tenant.local("mail")
    for _ in range(4):
        try:
            for page in tenant.feed("mail").changes(mail.cursor):
                mail.store(page)
                something_happens(tenant, chance)
        except CursorExpired:
            mail.sync()
    mail.sync().sync()
    assert mail.mail() == true_mail(tenant.desk)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_that_is_killed_anywhere_goes_on_from_its_last_page(tenant: Tenant, seed: int) -> None:
    chance = random.Random(seed)
    mail = tenant.local("mail")
    for _ in range(25):
        something_happens(tenant, chance)
        try:
            for n, page in enumerate(tenant.feed("mail").changes(mail.cursor)):
                mail.store(page)
                if n == chance.randrange(3):
                    break
        except CursorExpired:
            mail.cursor = mail.seen = None
    mail.sync().sync()
    assert mail.mail() == true_mail(tenant.desk)
