"""What a client's interactions tell about whom to speak to and what was said."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from guardian.digest.content import Channel
from guardian.digest.formats import Formats
from guardian.digest.material import Story
from guardian.digest.story import read_story
from guardian.domain.activity import Direction, Kind, Role, Signal
from guardian.ports.timeline import Seat
from tests.digest.company import MARTA, NOW, Company, ago

OUT = Direction.OUT
LUIS = ("Luis Prieto", "luis@acme.example")


def story(company: Company) -> Story:
    interactions = company.timelines().interactions(1, now=NOW)
    return read_story(company.clients[0], MARTA, interactions, frozenset({"acme.example"}), now=NOW)


def one_client(contacts: tuple[str, ...] | None = None) -> Company:
    company = Company()
    company.client("Bermeo", contacts=contacts)
    return company


def test_the_clients_own_last_words_are_shown_though_we_spoke_later() -> None:
    company = one_client()
    company.happened(1, ago(9), snippet="Lo vemos en enero.")
    company.happened(1, ago(3), OUT, snippet="¿Alguna novedad?")
    words = story(company).last_words
    assert words
    assert (words.text, words.who, words.at) == ("Lo vemos en enero.", "Ana Gil", ago(9))


def test_ours_are_shown_when_none_of_his_may_be() -> None:
    company = one_client()
    company.happened(1, ago(9))
    company.happened(1, ago(3), OUT, subject="Oferta")
    words = story(company).last_words
    assert words
    assert (words.text, words.who, words.subject_only) == ("Oferta", "Marta Ruiz", True)


def test_where_privacy_kept_nothing_nothing_is_shown() -> None:
    company = one_client()
    company.happened(1, ago(9))
    assert story(company).last_words is None


def test_an_absence_note_is_nobodys_last_word() -> None:
    company = one_client()
    company.happened(1, ago(9), snippet="Adelante con el pedido.")
    company.happened(1, ago(2), snippet="Estoy fuera", signals=frozenset({Signal.AUTO_REPLY}))
    words = story(company).last_words
    assert words
    assert words.text == "Adelante con el pedido."


def test_an_accepted_invitation_is_neither_the_last_word_nor_the_person_to_answer() -> None:
    company = one_client()
    company.happened(1, ago(9), kind=Kind.CALL, snippet="¿Nos mandáis el presupuesto?")
    rosa = ("Rosa Gil", "rosa@c1.example")
    company.happened(1, ago(7), OUT, them=rosa, subject="Visita", signals=frozenset({Signal.INVITE}))
    company.happened(1, ago(6), them=rosa, subject="Aceptada: Visita", signals=frozenset({Signal.ACCEPT}))
    told = story(company)
    assert told.last_words
    assert (told.last_words.text, told.last_words.who) == ("¿Nos mandáis el presupuesto?", "Ana Gil")
    assert (told.contact_address, told.last_channel) == ("ana@c1.example", Channel.PHONE)
    for known in (company.interactions[1:], company.interactions[2:]):
        company.interactions = known
        told = story(company)
        assert (told.last_words, told.last_channel, told.contact_address) == (None, None, "rosa@c1.example")


def test_an_accepted_invitation_takes_back_no_wish_for_peace() -> None:
    company = one_client(contacts=("ana@c1.example", "zoe@c1.example"))
    company.happened(1, ago(9), signals=frozenset({Signal.OPT_OUT}))
    company.happened(1, ago(8), subject="Aceptada: Visita", signals=frozenset({Signal.ACCEPT}))
    assert story(company).contact_address == "zoe@c1.example"
    company.happened(1, ago(7), snippet="Sí, escribidme.")
    assert story(company).contact_address == "ana@c1.example"


def test_last_words_fit_one_line_of_160() -> None:
    company = one_client()
    company.happened(1, ago(9), snippet="palabra\n" * 100)
    words = story(company).last_words
    assert words
    assert len(words.text) <= 160
    assert words.text.endswith("…")


def test_the_contact_is_who_spoke_to_us_last() -> None:
    company = one_client()
    company.happened(1, ago(9), them=("Eva Sol", "eva@c1.example"))
    company.happened(1, ago(5), them=("Robot", "no-reply@c1.example"))
    company.happened(1, ago(3), OUT, them=("Otro", "otro@c1.example"))
    assert (story(company).contact_name, story(company).contact_address) == ("Eva Sol", "eva@c1.example")


def test_else_whom_we_wrote_to_else_a_person_on_file() -> None:
    company = one_client(contacts=("info@c1.example", "zoe@c1.example"))
    assert story(company).contact_address == "zoe@c1.example"
    company.happened(1, ago(3), OUT, them=("Otro", "otro@c1.example"))
    assert story(company).contact_address == "otro@c1.example"


def test_a_phone_number_or_a_robot_is_no_address() -> None:
    assert story(one_client(contacts=("+34600000000", "no-reply@c1.example"))).contact_address is None


def test_colleagues_are_the_others_of_us_latest_first_each_once() -> None:
    company = one_client()
    company.happened(1, ago(20), OUT, us=("Sara Gil", "sara@acme.example"))
    company.happened(1, ago(10), us=LUIS)
    company.happened(1, ago(9), us=("LUIS PRIETO", "lprieto@acme.example"))
    company.happened(1, ago(5))
    assert story(company).colleagues == ("LUIS PRIETO", "Sara Gil")


def test_a_colleague_with_a_foreign_address_is_known_by_having_spoken_for_us() -> None:
    company = one_client()
    company.happened(1, ago(10), OUT, us=("Pau Freelance", "pau@freelance.example"))
    company.happened(1, ago(5), us=("Pau Freelance", "pau@freelance.example"))
    assert story(company).colleagues == ("Pau Freelance",)
    assert story(company).contact_address == "ana@c1.example"


def test_the_nearest_meeting_ahead_counts_unless_it_was_cancelled() -> None:
    company = one_client()
    company.happened(1, ago(-2), OUT, kind=Kind.MEETING, signals=frozenset({Signal.CANCELLED}))
    company.happened(1, ago(-9), OUT, kind=Kind.MEETING)
    company.happened(1, ago(-5), OUT, kind=Kind.MEETING)
    assert story(company).next_meeting == ago(-5)


def test_a_meeting_of_whole_days_is_on_its_day_wherever_the_rep_lives() -> None:
    company = one_client()
    past, ahead = datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)
    for at in (past, ahead):
        company.happened(1, at, kind=Kind.MEETING, subject="Feria", all_day=True)
    told = story(company)
    assert told.last_words
    western = Formats("en", today=date(2026, 7, 30), zone=ZoneInfo("America/Los_Angeles"))
    assert western.day(told.last_words.at) == "July 1"
    assert told.next_meeting
    assert western.day(told.next_meeting) == "July 1, 2027"


def test_the_last_channel_is_that_of_the_last_contact_so_far() -> None:
    company = one_client()
    company.happened(1, ago(9), OUT)
    company.happened(1, ago(5), OUT, kind=Kind.CALL)
    company.happened(1, ago(-5), OUT, kind=Kind.MEETING)
    assert story(company).last_channel is Channel.PHONE


PEDRO, ANA = ("Pedro Distribuidor", "pedro@c2.example"), Seat(address="ana@c1.example", role=Role.CC, name="Ana Gil")


def copied(company: Company, days: float, direction: Direction, snippet: str) -> None:
    """Let another client and us write to each other with this one only in Cc."""
    company.happened(1, ago(days), direction, them=PEDRO, snippet=snippet)
    told = company.interactions[-1]
    company.interactions[-1] = replace(told, client_ids=(1, 2), talked_with=(2,), seats=(*told.seats, ANA))


def test_what_another_client_and_we_say_with_this_one_in_copy_is_neither_its_words_nor_its_contact() -> None:
    company = one_client()
    company.happened(1, ago(30), kind=Kind.CALL, snippet="Gracias por la oferta.")
    copied(company, 20, Direction.IN, "No le digáis mi margen.")
    copied(company, 10, OUT, "¿Lo has decidido ya?")
    copied(company, 9, OUT, "¿Alguna novedad de lo que te pedimos?")
    told = story(company)
    assert told.last_words
    assert (told.last_words.text, told.last_words.who) == ("Gracias por la oferta.", "Ana Gil")
    assert (told.contact_name, told.contact_address) == ("Ana Gil", "ana@c1.example")
    assert (told.last_channel, told.only_asked) == (Channel.PHONE, False)


def test_where_several_clients_talk_the_contact_is_a_person_of_this_one() -> None:
    company = one_client(contacts=("zoe@freelance.example",))
    for them in (("Ana Gil", "ana@sales.c1.example"), ("Zoe", "zoe@freelance.example"), PEDRO):
        company.happened(1, ago(9 - len(company.interactions)), them=them)
        company.interactions[-1] = replace(company.interactions[-1], client_ids=(1, 2), talked_with=(1, 2))
    assert story(company).contact_address == "zoe@freelance.example"
    company.interactions = company.interactions[::2]
    assert story(company).contact_address == "ana@sales.c1.example"


def test_who_asks_another_client_for_peace_in_copy_to_this_one_has_not_asked_us() -> None:
    company = one_client(contacts=("ana@c1.example", "zoe@c1.example"))
    company.happened(1, ago(9))
    company.happened(1, ago(8), signals=frozenset({Signal.OPT_OUT}))
    company.interactions[-1] = replace(company.interactions[-1], talked_with=(2,))
    assert story(company).contact_address == "ana@c1.example"
