"""The mailboxes are real ones, and the facts about them exact."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime

import pytest

from guardian.domain.identity import clean_message_id
from guardian.sample_company.facts import SampleCompany

Mails = Mapping[str, list[EmailMessage]]


def every(mails: Mails) -> Iterator[tuple[str, EmailMessage]]:
    for owner, box in mails.items():
        for mail in box:
            yield owner, mail


def key(mail: EmailMessage) -> str:
    clean = clean_message_id(str(mail["Message-ID"]))
    assert clean
    return clean


def addresses(mail: EmailMessage) -> set[str]:
    fields = [str(mail[name]) for name in ("From", "To", "Cc") if mail[name]]
    return {address for _, address in getaddresses(fields)}


def test_every_mailbox_holds_as_many_mails_as_the_facts_say(sample: SampleCompany, mails: Mails) -> None:
    assert {one.owner: one.mails for one in sample.mailboxes} == {owner: len(box) for owner, box in mails.items()}
    assert sum(one.mails for one in sample.mailboxes) > 900


def test_the_distinct_message_ids_are_counted_exactly(sample: SampleCompany, mails: Mails) -> None:
    assert len({key(mail) for _, mail in every(mails)}) == sample.distinct_mails


def test_every_mail_parses_without_a_defect(mails: Mails) -> None:
    for _, mail in every(mails):
        assert [part.defects for part in mail.walk() if part.defects] == []
        assert all(mail[name] for name in ("Subject", "From", "To"))


def test_every_mail_lies_only_with_those_it_names(mails: Mails) -> None:
    for owner, mail in every(mails):
        assert owner in addresses(mail)


def test_every_text_part_decodes_to_readable_words(mails: Mails) -> None:
    for _, mail in every(mails):
        for part in mail.walk():
            if part.get_content_maintype() == "text" and part["Content-Transfer-Encoding"]:
                content = part.get_content()
                assert content.strip()
                assert "\ufffd" not in content
                assert "{" not in content.split("<")[0]


def test_no_mail_comes_from_the_future(sample: SampleCompany, mails: Mails) -> None:
    midnight = datetime.combine(sample.today, time(), UTC)
    for _, mail in every(mails):
        moment = parsedate_to_datetime(str(mail["Date"]))
        assert moment.tzinfo is not None
        assert moment < midnight


def test_people_write_on_weekdays_and_in_office_hours(mails: Mails) -> None:
    for _, mail in every(mails):
        if mail["List-Id"] or mail.get_content_type() == "multipart/report":
            continue
        moment = parsedate_to_datetime(str(mail["Date"]))
        assert moment.weekday() < 5
        assert 8 <= moment.hour < 19


def test_a_reply_all_lies_in_two_mailboxes_under_two_spellings_of_one_message_id(mails: Mails) -> None:
    spellings: dict[str, list[str]] = {}
    for _, mail in every(mails):
        spellings.setdefault(key(mail), []).append(str(mail["Message-ID"]).strip())
    shared = [copies for copies in spellings.values() if len(copies) > 1]
    assert len(shared) > 30
    for copies in shared:
        assert len(set(copies)) == 2
        assert sum(copy.startswith("<") for copy in copies) == 1
        assert len({copy.rpartition("@")[2].strip(">") for copy in copies}) == 2


def test_no_mailbox_holds_a_mail_twice(mails: Mails) -> None:
    for box in mails.values():
        assert max(Counter(key(mail) for mail in box).values()) == 1


def test_an_answer_names_the_mails_before_it(mails: Mails) -> None:
    dates = {key(mail): parsedate_to_datetime(str(mail["Date"])) for _, mail in every(mails)}
    answers = [mail for _, mail in every(mails) if mail["References"]]
    assert len(answers) > 500
    for mail in answers:
        known = [clean_message_id(one) for one in str(mail["References"]).split()]
        assert clean_message_id(str(mail["In-Reply-To"])) == known[-1]
        assert all(dates[one] < dates[key(mail)] for one in known if one in dates)


@pytest.mark.parametrize(
    "trait",
    [
        "List-Unsubscribe",
        "Auto-Submitted",
        "charset=iso-8859-1",
        "base64",
        "quoted-printable",
        "8bit",
        "multipart/alternative",
        "delivery-status",
        "disposition-notification",
        "text/calendar",
    ],
)
def test_the_mailboxes_show_every_kind_of_mail(trait: str, mails: Mails) -> None:
    def shows(mail: EmailMessage) -> bool:
        heads = [f"{name}: {value}" for part in mail.walk() for name, value in part.items()]
        return any(trait in head.replace('"', "") for head in heads)

    assert any(shows(mail) for _, mail in every(mails))


def test_history_is_quoted_as_gmail_apple_and_outlook_do_it(mails: Mails) -> None:
    texts = [body.get_content() for _, mail in every(mails) if (body := mail.get_body(("plain",)))]
    for mark in ("escribió:", " wrote:", "\nDe: ", "\nFrom: ", "\nEnviado: ", "\nSent: ", "\n> "):
        assert any(mark in text for text in texts), mark


def test_a_line_that_begins_with_from_does_not_split_an_mbox(mails: Mails) -> None:
    emma = mails["emma.whitfield@acme.example"]
    assert any("From what I can see" in str(mail["Subject"]) for mail in emma)
    assert all(mail["Message-ID"] for mail in emma)


def test_subjects_are_varied(mails: Mails) -> None:
    subjects = {str(mail["Subject"]) for _, mail in every(mails) if not mail["References"]}
    assert len(subjects) > 150
