"""What one types between the lines of a quoted mail is one's own where a program says so: "[Ana Ruiz] No."."""

import pytest

from guardian.domain.mail import Mail, Voice
from guardian.guard.read_mail import read_mail
from tests.guard.fakes import eml, texts

NEW, OURS, THEIRS = Voice.NEW, Voice.OWN_QUOTED, Voice.CLIENT_QUOTED
OWN = ("acme.example",)
TO = "Luis Gil <luis@cliente.example>, Eva Paz <eva@acme.example>"
HEADERS = (
    "De: Luis Gil <luis@cliente.example>",
    "Enviado el: jueves, 5 de marzo de 2026 10:00",
    "Para: Ana Ruiz <ana@acme.example>",
    "Asunto: Pedido",
)


def read(body: str, **headers: str) -> Mail:
    """Return a mail of Ana's that answers Luis between his lines."""
    return read_mail(eml(body, **{"To": TO} | headers), own_domains=OWN)


def plain(*lines: str) -> Mail:
    """Return one in plain text, below his headers."""
    return read("\n".join(["Abajo te contesto.", "", *HEADERS, "", *lines, ""]))


def page(*blocks: str) -> Mail:
    """Return one in HTML, as Outlook writes it."""
    labels = "<br>".join(f"<b>{line.replace(':', ':</b>', 1)}" for line in HEADERS).replace("<luis@", "&lt;luis@")
    head = f'<div style="border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal>{labels}<o:p></o:p></p></div>'
    return read(f"<p>Abajo te contesto.</p>{head}{''.join(blocks)}", Content_Type="text/html; charset=utf-8")


def words(mail: Mail, voice: Voice) -> list[str]:
    """Return the lines of one voice that say something."""
    return [line for text in texts(mail, voice) for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize(
    "name", ["Ana Ruiz", "Ruiz, Ana", "Ana", "ANA RUIZ", " Ana Ruiz ", "Ana Ruiz:", "Eva Paz", "eva paz"]
)
@pytest.mark.parametrize("marks", ["[{}] ", "[{}]", "*[{}] *", "*/[{}] /*", "  [{}]: "])
def test_a_line_that_begins_with_one_of_us_in_brackets_is_his(name: str, marks: str) -> None:
    mail = plain("¿Precio?", "", f"{marks.format(name)}Cien, zopenco.", "", "¿Y el plazo?")
    assert any("Cien, zopenco." in line for line in words(mail, OURS))
    theirs = words(mail, THEIRS)
    assert not any("Cien" in line for line in theirs)
    assert theirs[-2:] == ["¿Precio?", "¿Y el plazo?"]


def test_an_answer_names_its_author_and_goes_on_to_the_end_of_its_paragraph() -> None:
    mail = plain("¿Precio?", "[Ana Ruiz] Cien, zopenco,", "y no bajamos.", "", "¿Y el plazo?", "[Eva Paz] Mañana.")
    assert [(one.text, one.author) for one in mail.passages if one.voice is OURS] == [
        ("[Ana Ruiz] Cien, zopenco,\ny no bajamos.", "ana@acme.example"),
        ("[Eva Paz] Mañana.", "eva@acme.example"),
    ]
    assert words(mail, THEIRS)[-1] == "¿Y el plazo?"


def test_the_client_in_brackets_ends_our_answer() -> None:
    mail = plain("¿Precio?", "[Ana Ruiz] Cien.", "[Luis Gil] Sois unos ladrones.", "[Eva Paz] Lo siento.")
    assert words(mail, OURS) == ["[Ana Ruiz] Cien.", "[Eva Paz] Lo siento."]
    assert words(mail, THEIRS)[-2:] == ["¿Precio?", "[Luis Gil] Sois unos ladrones."]


@pytest.mark.parametrize(
    "line",
    [
        "[Luis Gil] Sois unos ladrones.",
        "[Luis] Sois unos ladrones.",
        "[EXTERNAL] Sois unos ladrones.",
        "[cid:image001.png@01D]",
        "[cid:Ana Ruiz]",
        "[1] Sois unos ladrones.",
        "[...] sois unos ladrones",
        "[Marta Sanz] Sois unos ladrones.",
        "[mailto:ana@acme.example] Sois unos ladrones.",
        "Ya lo dijo [Ana Ruiz], ladrones.",
        "[Ana Ruiz",
        "[]",
    ],
)
def test_other_brackets_are_nobodys(line: str) -> None:
    mail = plain("¿Precio?", "", line)
    assert words(mail, OURS) == []
    assert words(mail, THEIRS)[-1] == line.strip()


def test_an_answer_behind_the_clients_quote_marks_is_ours() -> None:
    body = "Abajo.\n\nEl 5/3/26 a las 10:00, Luis Gil escribió:\n> ¿Precio?\n>\n> [Ana Ruiz] Cien.\n>\n> ¿Plazo?\n"
    mail = read(body)
    assert words(mail, OURS) == ["[Ana Ruiz] Cien."]
    assert words(mail, THEIRS) == ["El 5/3/26 a las 10:00, Luis Gil escribió:", "¿Precio?", "¿Plazo?"]


def test_below_the_headers_of_a_colleague_brackets_change_nothing() -> None:
    mail = read(
        "Vale.\n\nDe: Eva Paz <eva@acme.example>\nEnviado el: jueves, 5 de marzo de 2026 10:00\nPara: Ana\n"
        "Asunto: P\n\nMira:\n\n[Ana Ruiz] Cien.\n"
    )
    assert {one.author for one in mail.passages if one.voice is OURS} == {"eva@acme.example"}


MARK = "<b><i><span style='color:#1F497D'>[Ana Ruiz]{}</span></i></b>"
BLUE = "<span style='color:#1F497D'>Cien <b>euros</b>, zopenco.</span>"
SPANISH, BOLD = "<span lang=ES>¿Precio?</span>", "<b>¿Precio?</b>"


@pytest.mark.parametrize("answer", [MARK.format(" Cien <b>euros</b>, zopenco."), MARK.format("&nbsp;") + BLUE])
@pytest.mark.parametrize(("before", "behind"), [("¿Precio? ", " ¿Y el plazo?"), (SPANISH, SPANISH), (BOLD, BOLD)])
def test_an_answer_in_a_run_ends_where_the_text_looks_as_before(before: str, behind: str, answer: str) -> None:
    mail = page(f"<p class=MsoNormal>{before} {answer} {behind}<o:p></o:p></p>")
    assert words(mail, OURS) == ["[Ana Ruiz] Cien euros, zopenco."]
    assert words(mail, THEIRS)[-1] in {"¿Y el plazo?", "¿Precio?"}
    assert len(words(mail, THEIRS)) == len(HEADERS) + 2


@pytest.mark.parametrize("mark", ["<b>[Ana Ruiz] </b>", "<b>[Ana Ruiz]:</b>", "<i><b>[Ana Ruiz] - </b></i>"])
def test_an_answer_that_looks_like_what_it_answers_goes_on_to_the_end_of_its_paragraph(mark: str) -> None:
    mail = page(f"<p>¿Precio? {mark}Cien <b>euros</b>, zopenco.</p>", "<p>¿Y el plazo?</p>")
    assert words(mail, OURS)[0].endswith("Cien euros, zopenco.")
    assert words(mail, THEIRS)[-2:] == ["¿Precio?", "¿Y el plazo?"]


def test_of_two_answers_in_one_paragraph_each_is_its_writers() -> None:
    both = MARK.format(" Cien.") + MARK.format(" Mañana.").replace("Ana Ruiz", "Eva Paz").replace("1F497D", "FF0000")
    mail = page(f"<p>¿Precio y plazo? {both} ¿Sí?</p>")
    assert words(mail, OURS) == ["[Ana Ruiz] Cien.", "[Eva Paz] Mañana."]
    assert words(mail, THEIRS)[-2:] == ["¿Precio y plazo?", "¿Sí?"]


@pytest.mark.parametrize("block", ["p", "div"])
def test_behind_a_name_that_is_marked_alone_the_rest_of_the_paragraph_is_his(block: str) -> None:
    answer = f"{MARK.format('&nbsp;')}<span style='color:#1F497D'>Cien,<br>zopenco.</span>"
    mail = page(f"<{block}>¿Precio? {answer}</{block}><{block}>¿Y el plazo?</{block}><{block}>{answer}</{block}>")
    assert words(mail, OURS) == ["[Ana Ruiz] Cien,", "zopenco."] * 2
    assert words(mail, THEIRS)[-2:] == ["¿Precio?", "¿Y el plazo?"]


@pytest.mark.parametrize(
    "block", ["<p>{}</p>", "<div>{}</div>", "<ul><li>{}</li></ul>", "<table><tr><td>{}</td></tr></table>"]
)
def test_a_paragraph_that_begins_with_a_name_in_brackets_is_his(block: str) -> None:
    answer = "[Ana Ruiz] Cien <b>euros</b>, zopenco."
    mail = page(*map(block.format, ("¿Precio?", answer, "¿Y el plazo?")))
    assert words(mail, OURS) == ["[Ana Ruiz] Cien euros, zopenco."]
    assert "¿Y el plazo?" in words(mail, THEIRS)


def test_a_tag_in_a_subject_breaks_no_headers() -> None:
    labels = "<br>".join(f"<b>{line.replace(':', ':</b>', 1)}" for line in HEADERS).replace("Pedido", "[Ana Ruiz] P")
    mail = read(f"<p>Va.</p><p>{labels.replace('<luis@', '&lt;luis@')}</p><p>Suyo</p>", Content_Type="text/html")
    assert words(mail, NEW) == ["Va."]
    assert words(mail, THEIRS)[-2:] == ["Asunto: [Ana Ruiz] P", "Suyo"]


def test_in_new_words_brackets_change_nothing_but_the_paragraph() -> None:
    mail = read(
        "<p>Hola, <b>[Ana Ruiz]</b> firma, y <b>[1]</b> también.</p>", Content_Type="text/html; charset=utf-8"
    )
    assert words(mail, NEW) == ["Hola,", "[Ana Ruiz] firma, y [1] también."]
