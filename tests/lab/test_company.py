"""The lab's company is the same for the same seed, and its oracle notices what is missing."""

from tests.lab.company import Folder, seeded
from tests.lab.company_oracle import true_cards, true_mail, true_meetings


def test_the_same_seed_makes_the_same_company() -> None:
    assert seeded(7).desks == seeded(7).desks
    assert seeded(7).desks != seeded(8).desks


def test_a_letter_lies_in_every_mailbox_it_concerns_and_bcc_only_in_sent() -> None:
    company = seeded(1)
    ana, bruno = (rep.address for rep in company.reps[:2])
    letter = company.write(ana, ("x@client0.example",), cc=(bruno,), bcc=("secret@y.example",))
    copies = {
        address: copy
        for address, desk in company.desks.items()
        for copy in desk.mail.items.values()
        if copy.letter.message_id == letter.message_id
    }
    assert {address: (copy.folder, copy.letter.bcc) for address, copy in copies.items()} == {
        ana: (Folder.SENT, ("secret@y.example",)),
        bruno: (Folder.INBOX, ()),
    }


def test_the_oracle_leaves_out_drafts_and_what_was_thrown_away() -> None:
    company = seeded(1)
    address = company.reps[0].address
    desk = company.desks[address]
    before = true_mail(desk)
    company.draft(address, ("x@client0.example",))
    assert true_mail(desk) == before
    ref = next(ref for ref, copy in desk.mail.items.items() if copy.folder is Folder.SENT)
    company.move(address, ref, Folder.TRASH)
    assert len(true_mail(desk)) == len(before) - 1


def test_a_series_is_told_by_its_occurrences() -> None:
    company = seeded(1)
    keys = [fact[0] for fact in true_meetings(company.desks[company.reps[0].address])]
    assert sum(str(key).startswith("ical:weekly-1") for key in keys) == 4


def test_every_rep_keeps_an_address_book() -> None:
    company = seeded(1)
    assert all(true_cards(desk) for desk in company.desks.values())
