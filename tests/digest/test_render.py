"""The digest in words: golden texts, and what must hold whatever clients are called."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import nodes
from selectolax.lexbor import LexborHTMLParser

from guardian.digest.compose import compose
from guardian.digest.content import (
    Channel,
    Coverage,
    Cue,
    CueCode,
    Digest,
    Item,
    Lane,
    LastWords,
    Step,
    StepCode,
)
from guardian.digest.gather import gather, survey
from guardian.digest.links import ActionLinks
from guardian.digest.material import Rep
from guardian.digest.render import render
from guardian.digest.templating import Rendered, environment
from guardian.domain.keys import key_for
from guardian.domain.notes import NoteKind
from guardian.domain.standing import State, Why, WhyCode
from tests.digest.company import JOHN, MARTA, NOW, busy_company, wording

GOLDEN = Path(__file__).parent / "golden"
LINKS = ActionLinks(key=key_for("digest link", "a secret for tests only"), url="https://guardian.acme.example")


def busy_digest(rep: Rep) -> Digest:
    company = busy_company(rep)
    material = gather(rep, survey([rep], company.sources(), now=NOW))
    digest = compose(rep, material, today=rep.today(NOW), now=NOW)
    assert digest
    return digest


def item(name: str = "Acme", **changes: object) -> Item:
    plain = Item(
        client_id=1,
        name=name,
        state=State.AT_RISK,
        value=None,
        cue=None,
        reasons=(),
        last_words=None,
        step=Step(code=StepCode.CALL, channel=Channel.PHONE),
        colleagues=(),
        weeks=(0,) * 12,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # tests name the fields they change


def digest_with(*items: Item, lane: str = "about_to_lose", language: str = "es", name: str = "Marta Ruiz") -> Digest:
    return Digest(
        address="marta@acme.example",
        rep_name=name,
        language=language,
        timezone="Europe/Madrid",
        day=date(2026, 11, 25),
        lanes=(Lane(name=lane, items=items),),
        coverage=Coverage(clients=1, reached_30=0, reached_90=1),
    )


@pytest.mark.parametrize("rep", [MARTA, JOHN], ids=["es", "en"])
def test_the_text_reads_as_agreed(rep: Rep) -> None:
    rendered = render(busy_digest(rep), wording, LINKS)
    golden = (GOLDEN / f"{rep.language[:2]}.txt").read_text(encoding="utf-8")
    assert without_tokens(f"{rendered.subject}\n\n{rendered.text}") == golden


def without_tokens(text: str) -> str:
    return re.sub(r"(/client/[0-9]+\.[a-z_]+)\.\S+", r"\1.…", text)


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@pytest.mark.parametrize("rep", [MARTA, JOHN], ids=["es", "en"])
def test_text_and_page_say_the_same(rep: Rep) -> None:
    rendered = render(busy_digest(rep), wording, LINKS, stop_link=LINKS.stop_link("digest", rep.address))
    tree = LexborHTMLParser(rendered.html)
    assert tree.body
    links = [one.attributes["href"] or "" for one in tree.css("a.act, a.stop")]
    assert "/digest/stop.digest." in links[-1]
    assert re.findall(r"https://\S+", rendered.text) == links
    page = words_of(tree.body.text(separator=" "))
    # The page repeats an address on the button and words it as an invitation; everything else is in both.
    assert set(words_of(re.sub(r"https://\S+", "", rendered.text))) - set(page) == set()
    assert set(page) - set(words_of(rendered.text)) <= {"escribir", "write"}


@pytest.mark.parametrize(
    ("language", "lane", "names", "subject"),
    [
        (
            "es",
            "about_to_lose",
            ["Talleres Bermeo", "Óptica Sanz"],
            "Estás a punto de perder 2 clientes: Talleres Bermeo y Óptica Sanz",
        ),
        ("es", "about_to_lose", ["Óptica Sanz"], "Estás a punto de perder a Óptica Sanz"),
        ("es", "you_owe_them", ["Sanz"], "Sanz espera tu respuesta"),
        ("es", "you_owe_them", ["Sanz", "Ibis"], "2 clientes esperan tu respuesta: Sanz e Ibis"),
        ("es", "stay_close", ["Sanz"], "Hoy conviene saludar a Sanz"),
        ("en", "about_to_lose", ["A", "B", "C"], "You are about to lose 3 clients: A, B, and C"),
        ("en", "you_owe_them", ["A"], "A is waiting for your reply"),
        ("en", "stay_close", ["A", "B"], "A good day to say hello to 2 clients: A and B"),
    ],
)
def test_the_subject_names_the_clients(language: str, lane: str, names: list[str], subject: str) -> None:
    assert render(digest_with(*map(item, names), lane=lane, language=language), wording).subject == subject


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "Tu cartera tiene 1 cliente: en 30 días hemos hablado con 0 (0 %); en 90 días, con 1 (100 %)."),
        ("en", "Your book has 1 client: in 30 days we spoke with 0 (0%); in 90 days, with 1 (100%)."),
    ],
)
def test_a_book_of_one_client_is_told_in_the_singular(language: str, said: str) -> None:
    text = render(digest_with(item(), language=language), wording).text
    assert said in " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(
    ("language", "lane", "subject", "heading"),
    [
        ("es", ["A"], "Queja por resolver: A", "LES DEBES UNA RESPUESTA O UNA SOLUCIÓN"),
        ("es", ["A", "B"], "2 quejas por resolver: A y B", "LES DEBES UNA RESPUESTA O UNA SOLUCIÓN"),
        ("en", ["A"], "Complaint to be solved: A", "YOU OWE THEM A REPLY OR A SOLUTION"),
        ("en", ["A", "B"], "2 complaints to be solved: A and B", "YOU OWE THEM A REPLY OR A SOLUTION"),
    ],
)
def test_where_every_complaint_is_answered_the_subject_says_what_is_left_to_do(
    language: str, lane: list[str], subject: str, heading: str
) -> None:
    answered = [item(name, state=State.ANGRY, answered=True) for name in lane]
    rendered = render(digest_with(*answered, lane="you_owe_them", language=language), wording)
    assert rendered.subject == subject
    assert heading in rendered.text


def test_the_subject_names_as_waiting_only_those_who_wait() -> None:
    both = digest_with(item("Answered", answered=True), item("Waits"), lane="you_owe_them")
    assert render(both, wording).subject == "Waits espera tu respuesta"


def test_the_subject_speaks_of_the_gravest_lane() -> None:
    digest = digest_with(item("Owed"), lane="you_owe_them")
    both = replace(digest, lanes=(*digest.lanes, Lane(name="about_to_lose", items=(item("Leaving"),))))
    assert render(both, wording).subject == "Estás a punto de perder a Leaving"


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=60), words=st.text(max_size=60), language=st.sampled_from(["es", "en"]))
def test_whatever_a_client_is_called_the_page_keeps_its_shape(name: str, words: str, language: str) -> None:
    said = LastWords(text=f"{words}</td><b>", at=NOW, who=name)
    hostile = item(f"<script>alert(1)</script>{name}", last_words=said, colleagues=(name, "<i>x</i>"))
    rendered = render(digest_with(hostile, language=language, name=f"<b>{name}"), wording)
    tree = LexborHTMLParser(rendered.html)
    assert not tree.css("script, b, i, img, form, iframe, link")
    assert len(rendered.subject.splitlines()) == 1
    assert "<script>alert(1)</script>" in rendered.text


def test_template_words_in_a_name_stay_words() -> None:
    rendered = render(digest_with(item("{{ 7 * 7 }}{% raw %}")), wording)
    assert "{{ 7 * 7 }}{% raw %}" in rendered.subject
    assert "{{ 7 * 7 }}{% raw %}" in rendered.html


def test_a_sentence_from_outside_is_escaped_too() -> None:
    rendered = render(
        digest_with(item(reasons=(Why(code=WhyCode.ON_TRACK),))), lambda why, language: "<u>x</u>\nSubject: y"
    )
    assert "&lt;u&gt;x&lt;/u&gt; Subject: y" in rendered.html
    assert "- <u>x</u> Subject: y" in rendered.text


def test_an_address_cannot_break_out_of_its_link() -> None:
    step = Step(code=StepCode.REPLY_TODAY, channel=Channel.MAIL, contact_address='a"onx="1?bcc=x@y.example')
    (link,) = LexborHTMLParser(render(digest_with(item(step=step)), wording).html).css("a")
    assert link.attributes["href"] == "mailto:a%22onx%3D%221%3Fbcc%3Dx@y.example"
    assert set(link.attributes) == {"class", "href", "style"}


def test_whoever_is_to_be_called_has_a_button_that_calls() -> None:
    step = Step(
        code=StepCode.CALL, channel=Channel.PHONE, contact_address="ana@c.example", contact_phone="+34965550131"
    )
    rendered = render(digest_with(item(step=step)), wording)
    hrefs = [one.attributes["href"] for one in LexborHTMLParser(rendered.html).css("a")]
    assert hrefs == ["tel:+34965550131", "mailto:ana@c.example"]
    assert "Por teléfono · +34965550131 · ana@c.example" in rendered.text
    by_mail = render(digest_with(item(step=replace(step, channel=Channel.MAIL))), wording)
    assert "+34965550131" not in by_mail.text + by_mail.html


def full(number: int) -> Item:
    return item(
        f"{number} " + "Ñ" * 78,
        value=1e9,
        cue=Cue(code=CueCode.NEGLECTED, days=1_000),
        reasons=tuple(Why(code=code) for code in (WhyCode.PROBABLY_GONE, WhyCode.COOLING_OFF, WhyCode.NO_OWNER)),
        last_words=LastWords(text="ñ" * 160, at=NOW, who="Ñ" * 80),
        step=Step(
            code=StepCode.CALL, channel=Channel.MAIL, contact_name="Ñ" * 80, contact_address=f"{'a' * 60}@b.example"
        ),
        colleagues=("Ñ" * 80,) * 3,
        weeks=(9,) * 12,
        actions=tuple(NoteKind),
    )


def test_the_fullest_digest_stays_under_60_kib() -> None:
    digest = digest_with(*map(full, range(7)))
    rendered = render(digest, lambda why, language: "Una frase larga de verdad. " * 8, LINKS)
    assert len(rendered.html.encode()) < 60 * 1024


def busy_page() -> str:
    return render(busy_digest(MARTA), wording).html


def test_the_page_needs_nothing_from_elsewhere_and_changes_nothing() -> None:
    tree = LexborHTMLParser(busy_page())
    assert not tree.css("img, link, script, form, iframe, svg, object")
    assert not re.search(r"url\(|@import|@font-face|display:\s*(?:flex|grid)|https?://|data:", busy_page())
    assert all((link.attributes["href"] or "").startswith("mailto:") for link in tree.css("a"))


def test_the_page_is_made_for_mail_programs() -> None:
    page = busy_page()
    tree = LexborHTMLParser(page)
    assert tree.css('meta[name="color-scheme"]')
    assert "prefers-color-scheme: dark" in page
    assert all(table.attributes.get("role") == "presentation" for table in tree.css("table"))
    assert "max-width: 600px" in page
    assert tree.css_first("html").attributes["lang"] == "es"
    assert page.index("charset") < 1_024 * 2


def test_styles_are_written_into_the_elements() -> None:
    tree = LexborHTMLParser(busy_page())
    assert "font-weight: bold" in (tree.css_first(".name").attributes["style"] or "")


def test_the_sparkline_has_a_cell_a_week_and_darker_is_more() -> None:
    weeks = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 7)
    cells = LexborHTMLParser(render(digest_with(item(weeks=weeks)), wording).html).css("tr.weeks td")
    colours = [cell.attributes["bgcolor"] for cell in cells]
    assert len(colours) == 12
    assert len(set(colours[8:])) == 4
    assert "·········▂▃█" in render(digest_with(item(weeks=weeks)), wording).text


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_state_cue_step_and_channel_has_its_words(language: str) -> None:
    for state in State:
        text = say(item(state=state), language)
        assert re.search(r"Acme \[\w[^\]]+\]", text), state
    for code in CueCode:
        assert re.search(r"^  - \w[^.]+\.$", say(item(cue=Cue(code=code, days=9)), language), re.MULTILINE), code
    for step in StepCode:
        for who in ("", "Ana"):
            told = Step(code=step, channel=Channel.PHONE, contact_name=who, meeting_at=NOW)
            assert re.search(r"(?:Siguiente paso|Next step): \w", say(item(step=told), language)), step
    for channel in Channel:
        assert say(item(step=Step(code=StepCode.CALL, channel=channel)), language)


def say(one: Item, language: str) -> str:
    return render(digest_with(one, language=language), wording).text


def test_waiting_is_told_once() -> None:
    waiting = item(cue=Cue(code=CueCode.WAITING, days=5), reasons=(Why(code=WhyCode.UNANSWERED_INBOUND),))
    assert render(digest_with(waiting), wording).text.count("  - ") == 1


def test_both_languages_have_the_same_sentences() -> None:
    pages = environment(html=True)
    loader = pages.loader
    assert loader

    def macros(language: str) -> dict[str, list[str]]:
        tree = pages.parse(loader.get_source(pages, f"{language}.j2")[0])
        return {macro.name: [arg.name for arg in macro.args] for macro in tree.find_all(nodes.Macro)}

    assert macros("es") == macros("en")


def test_a_moment_near_midnight_falls_on_the_reps_day() -> None:
    said = LastWords(text="Hola", at=datetime(2026, 11, 2, 23, 30, tzinfo=UTC), who="")
    rendered: Rendered = render(digest_with(item(last_words=said)), wording)
    assert "«Hola» (3 de noviembre)" in rendered.text
