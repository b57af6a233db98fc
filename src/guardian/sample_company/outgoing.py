"""The mails that reps are about to send: some must be held, some only sound as if they had to be."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from guardian.domain.verdict import Action, ReasonCode
from guardian.sample_company.appointments import named
from guardian.sample_company.letters import Dress, Letter, new_message_id
from guardian.sample_company.mailbox_writer import mail_bytes
from guardian.sample_company.people import DANIEL, EMMA, GRACE, LUCIA, MARTA, RODRIGO, TONI, Person, Rep
from guardian.sample_company.wording import quoted, signature

_ABUSE = (ReasonCode.INSULT, ReasonCode.CONTEMPT, ReasonCode.VENTING, ReasonCode.SARCASM)
_FERMIN, _FIONA = named("Restaurante Casa Fermín").people[0], named("Harbour View Hotel").people[0]
_CARMEN, _BETO = named("Hotel Miramar").people[0], named("Taller Hermanos Zepeda").people[0]
_RAUL, _JO = named("Constructora Tepeyac").people[0], named("Ashdown Builders").people[1]
_NANCY = named("Lakeshore Inn").people[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail about to be sent, and what should become of it.

    `codes` are the reasons of which at least one should be named when it is held. `about_es` and `about_en` say in
    a sentence what it is.
    """

    file: str
    letter: Letter
    action: Action
    codes: tuple[ReasonCode, ...] = ()
    about_es: str
    about_en: str


def drafts(today: date) -> tuple[Draft, ...]:
    """Return the mails of this morning."""
    return (
        _cretin(today),
        _twit(today),
        _concealment(today),
        _old_insult_below(today),
        _polite(today),
        _reminder(today),
        _courier(today),
        _among_ourselves(today),
    )


def write_outgoing(folder: Path, today: date) -> list[Path]:
    """Write the mails as .eml files with CRLF line ends, and return the paths in the order of `drafts`."""
    paths = []
    for draft in drafts(today):
        path = folder / draft.file
        path.write_bytes(mail_bytes(draft.letter).replace(b"\n", b"\r\n"))
        paths.append(path)
    return paths


def _cretin(today: date) -> Draft:
    asked = _mail(
        LUCIA, today, (_FERMIN, LUCIA.person), "La boda del sábado que viene", _WEDDING, seed="asked", at=time(8, 2)
    )
    return Draft(
        file="01-equipo-con-cliente-en-copia.eml",
        letter=_mail(
            LUCIA, today, (LUCIA.person, TONI), f"RE: {asked.subject}", _CRETIN, cc=(MARTA, _FERMIN), below=asked
        ),
        action=Action.HOLD,
        codes=_ABUSE,
        about_es="Un desahogo para el almacén que lleva al cliente en copia.",
        about_en="A rant meant for the warehouse, with the client still in copy.",
    )


def _twit(today: date) -> Draft:
    asked = _mail(
        EMMA, today, (_FIONA, EMMA.person), "Bath towels for the conference", _TOWELS, seed="asked", at=time(8, 2)
    )
    return Draft(
        file="02-team-with-client-in-copy.eml",
        letter=_mail(
            EMMA, today, (EMMA.person, GRACE), f"RE: {asked.subject}", _TWIT, cc=(DANIEL.person, _FIONA), below=asked
        ),
        action=Action.HOLD,
        codes=_ABUSE,
        about_es="El mismo descuido en inglés: la queja es interna, pero la clienta la leería.",
        about_en="The same slip in English: the moan is internal, but the client would read it.",
    )


def _concealment(today: date) -> Draft:
    return Draft(
        file="03-que-no-se-entere.eml",
        letter=_mail(RODRIGO, today, (RODRIGO.person, TONI), "Lote de cascos para Tepeyac", _HIDE, cc=(_RAUL,)),
        action=Action.HOLD,
        codes=(ReasonCode.CONCEALMENT, *_ABUSE),
        about_es="Una instrucción para ocultarle algo al cliente, con el cliente en copia.",
        about_en="An order to hide something from the client, copied to the client.",
    )


def _old_insult_below(today: date) -> Draft:
    inner = _mail(
        RODRIGO, today, (TONI, RODRIGO.person), "RV: Devolución Zepeda", _TONI_SAYS, seed="inner", at=time(8, 2)
    )
    return Draft(
        file="04-insulto-en-el-hilo-citado.eml",
        letter=_mail(RODRIGO, today, (RODRIGO.person, _BETO), "RE: Devolución Zepeda", _ZEPEDA, below=inner),
        action=Action.HOLD,
        codes=_ABUSE,
        about_es="Una respuesta amable que arrastra debajo un mensaje interno hiriente.",
        about_en="A kind answer that drags a hurtful internal message along below it.",
    )


def _polite(today: date) -> Draft:
    return Draft(
        file="05-propuesta-a-cliente.eml",
        letter=_mail(LUCIA, today, (LUCIA.person, _CARMEN), "RE: Lencería de la temporada que viene", _OFFER),
        action=Action.PASS,
        about_es="Una respuesta cordial a una clienta.",
        about_en="A friendly answer to a client.",
    )


def _reminder(today: date) -> Draft:
    return Draft(
        file="06-firm-payment-reminder.eml",
        letter=_mail(EMMA, today, (EMMA.person, _JO), "Overdue: invoice F26-0412, third reminder", _OVERDUE),
        action=Action.PASS,
        about_es="Un recordatorio de pago firme, pero correcto.",
        about_en="A payment reminder, firm but fair.",
    )


def _courier(today: date) -> Draft:
    return Draft(
        file="07-angry-at-the-courier.eml",
        letter=_mail(DANIEL, today, (DANIEL.person, _NANCY), "Your delivery, again", _COURIER, cc=(GRACE,)),
        action=Action.PASS,
        about_es="Enfado con el transportista, no con la clienta.",
        about_en="Anger at the courier, not at the client.",
    )


def _among_ourselves(today: date) -> Draft:
    return Draft(
        file="08-solo-entre-nosotros.eml",
        letter=_mail(LUCIA, today, (LUCIA.person, TONI), "Casa Fermín", _PRIVATE, cc=(MARTA,)),
        action=Action.PASS,
        about_es="Un desahogo que no sale de la empresa: ningún cliente lo lee.",
        about_en="A rant that stays in the company: no client reads it.",
    )


def _mail(  # noqa: PLR0913
    rep: Rep,
    today: date,
    ends: tuple[Person, Person],
    subject: str,
    words: str,
    *,
    cc: tuple[Person, ...] = (),
    below: Letter | None = None,
    seed: str = "draft",
    at: time = time(8, 30),
) -> Letter:
    writer, reader = ends
    moment: datetime = rep.zone.at(today, at)
    return Letter(
        message_id=new_message_id(writer, f"{seed}/{subject}/{today}"),
        sent_at=moment,
        sender=writer,
        to=(reader,),
        cc=cc,
        subject=subject,
        text=f"{_unwrapped(words)}\n\n{signature(writer)}",
        trail=quoted(below, writer) if below else "",
        answers=(below.message_id,) if below else (),
        dress=Dress.WITH_HTML if rep is LUCIA else Dress.UTF8_QP,
    )


def _unwrapped(words: str) -> str:
    """Return text whose paragraphs are single lines, as people type them; short lines (names, farewells) stay."""
    paragraphs = words.strip().split("\n\n")
    return "\n\n".join(part if len(part) < _SHORT_LINE else " ".join(part.split("\n")) for part in paragraphs)


_SHORT_LINE = 60
_WEDDING = """
Lucía, sigo sin saber nada de las servilletas. Tengo 280 invitados el sábado. ¿Llegan o no llegan?

Fermín
"""
_CRETIN = """
Toni, Marta:

Otra vez Fermín con las servilletas. Este cliente es un cretino: pide las cosas tarde, no se lee los correos y
encima exige. Que espere, a ver si aprende.

Decidme cuándo entra el camión y ya le contestaré algo.

Lucía
"""
_TOWELS = """
Emma, the delegates arrive next week and I still have no answer on the towels. Yes or no, please?

Fiona
"""
_TWIT = """
Grace, Daniel,

Fiona is at it again about her towels. Honestly, this client is an idiot: she orders late, reads nothing and
then makes it our problem. Let her sweat for a day or two.

When does the truck get in? I'll send her something once I know.

Emma
"""
_HIDE = """
Toni, que el ingeniero no sepa que los cascos fallaron la prueba. Le mandamos los mismos con otro certificado.
Si se queja le decimos que fue culpa de su almacén, que ese viejo es un inútil y no se entera de nada.

Rodrigo
"""
_TONI_SAYS = """
Rodrigo, ya llegó la devolución. Zepeda es un imbécil: no sabe ni medir, y nos hace perder el tiempo a todos con
sus berrinches. Cámbiale las piezas para que se calle.

Toni
"""
_ZEPEDA = """
Buen día, Beto:

Ya recibimos la devolución y el cambio le llega el jueves sin costo. Una disculpa por la vuelta. Cualquier cosa,
me marca directo.

Saludos cordiales,
Rodrigo
"""
_OFFER = """
Hola, Carmen:

Perdona que haya tardado. Marta me autoriza a igualarte el precio de la lencería para toda la temporada, con las
entregas semanales que tienes ahora y sin pedido mínimo. Te adjunto la propuesta en una hoja para que puedas
enseñarla.

¿Te viene bien que te llame mañana a las once y lo repasamos?

Un abrazo,
Lucía
"""
_OVERDUE = """
Dear Jo,

Invoice F26-0412 is now 45 days overdue and this is our third reminder. Please arrange payment of £1,284.50 by
Friday. If we have not received it by then we will have to put further deliveries on hold, as set out in our
terms.

If there is a problem with the invoice, tell me today and I will sort it out with you.

Kind regards,
Emma
"""
_COURIER = """
Hi Nancy,

I'm as frustrated as you are. The courier missed your dock for the second time this week and then marked it
"customer absent", which is simply not true. I've told them it's a shambles and that I won't stand for it.

A colleague is driving your bath towels over himself and will be with you before noon. Sorry you had to chase
us.

Best,
Daniel
"""
_PRIVATE = """
Toni:

Fermín me tiene frita, hoy ha llamado seis veces. Es un pesado insoportable. Se lo digo yo con buenas palabras,
pero necesitaba soltarlo. ¿A qué hora entra el camión?

Lucía
"""
