"""What the rules that hold a mail by themselves take for an insult of the client, and what they do not."""

from typing import Any

import pytest

from guardian.nlp.components import reading_of
from guardian.nlp.names import client_names
from guardian.nlp.pipeline import new_pipeline
from guardian.nlp.reading import judged_text
from guardian.nlp.rules.weighing import CERTAIN

NLP = new_pipeline()
THINGS_OF_HIS_NAME = [
    "The client file is corrupt, could you please send it again as a ZIP?",
    "The customer data were corrupt on row 40, the rest loaded fine.",
    "The customer samples were spoiled on arrival, so we are sending a new box today.",
    "The Áridos Norte file is corrupt, I have asked for it again.",
    "The client dashboard was useless without the filters, so we added them.",
    "The customer toilets were disgusting on Monday, the cleaners have been told.",
    "The client briefing was useless without the drawings, so bring them on Friday.",
    "The customer feedback form is daft, two of the questions ask the same thing.",
    "The customer car park is a disgrace after the rain, please have it swept.",
    "The client contract is hopeless on payment terms, let me redraft clause 4.",
    "The clients' files are corrupt.",
    "Our client-side validation is dumb.",
    "The file the client sent is corrupt.",
    "The stupid client app is down again.",
]
PROGRAMS = [
    "The VPN client is useless on that version of Windows, please update to 11.2 first.",
    "The email client is dumb about time zones, check the invitation before you send it.",
    "The thin clients are dumb terminals, all the software runs on the server.",
    "Our web client is hopeless on Safari, use another browser until Thursday.",
    "The test client is stupid by design: it sends the same order every second.",
    "The git client is useless with large files.",
    "El cliente VPN es torpe con dos factores, usad el enlace.",
    "El cliente de correo es inútil sin conexión, use el móvil.",
    "Los clientes ligeros son tontos, todo corre en el servidor.",
]
TRADES = [
    "Cliente is a fraud prevention company based in Coimbra, with 400 people.",
    "Áridos Norte is a pest control firm and needs the masks by Friday.",
    "The clients are pest control technicians, so the course starts with the masks.",
    "The client is a pig farm near Lleida with its own weighbridge.",
    "Áridos Norte are pig farmers.",
    "The client is in pest control.",
    "The client is a pig feed producer and asks for a price for 40 tonnes.",
    "The customer is a donkey sanctuary, so the invoice has no VAT.",
    "The customer is a snake venom laboratory; the courier needs the cold box.",
    "Helena is a fraud investigator and needs the logs by noon.",
    "The client is a fraud victim and needs a new card.",
    "Our client is a clown school and orders two hundred red noses a year.",
    "The customer is a parasite research institute and pays at 60 days.",
    "Cliente es la explotadora del aparcamiento desde 2019, así que el contrato va a su nombre.",
    "El cliente es explotador de dos minas de sal y una planta de yeso.",
    "El cliente es la sociedad explotadora del hotel; la propietaria es otra.",
]
IDIOMS = [
    "El cliente es incapaz de iniciar sesión en el portal desde ayer. ¿Podéis mirar si se le ha caducado la clave?",
    "Los clientes son incapaces de abrir el PDF con la versión nueva del visor, reenviádselo en la antigua.",
    "Helena es incapaz de encontrar el albarán del martes; mandadle una copia, por favor.",
    "Los clientes son incapaces todavía de ver las facturas de marzo en la web.",
    "El cliente es vago a la hora de concretar fechas, propondré yo dos.",
    "Helena es algo vaga con los plazos, así que los pongo yo en el acta.",
    "Los clientes son vagos en sus respuestas a la encuesta; cerramos las preguntas el lunes.",
    "El cliente es mantenido al corriente por Marta.",
    "The customer is entitled to a full refund under the warranty.",
    "The customer is spoilt for choice with three colours.",
]
FOR_OR_OF_HIM = [
    "La demora para el cliente es nefasta, hay que cargar hoy mismo.",
    "La atención al cliente es nefasta en esa operadora.",
    "La información a los clientes es mediocre en la web, la reescribo yo.",
    "El trato con el cliente es desagradable solo por teléfono, porque la línea se corta.",
    "Los plazos de este cliente son ridículos, pero llegamos.",
    "La web de la clienta es ridícula en el móvil, hay que rehacer la maqueta.",
    "El fichero que mandó el cliente es ridículo de tamaño, 12 KB.",
    "Lo que propone la clienta es ridículo de barato, aceptemos antes de que cambie.",
    "The file from the client is corrupt.",
    "The report for the client is useless without figures.",
    "The lifts at Áridos Norte are useless when it rains.",
    "The samples from the customer were spoiled by the heat.",
]
SAID_OF_HIM = [
    "The client is a fraud.",
    "the client is useless and always late",
    "Our client is a pig.",
    "that customer is a fraud and a liar",
    "The client is a pest and a liar, do not answer before Monday.",
    "The client is a pest.",
    "The customer is corrupt, everybody in the port knows it.",
    "The customer is a spoiled brat.",
    "Helena is a spoiled child and a bully.",
    "the client is a fool dont trust him",
    "The client is a clown, let him wait.",
    "The client is a fraud mate, trust me.",
    "The client is a fraud pure and simple.",
    "Our client was a pig today.",
    "The customer is a pig to everybody.",
    "The client is a crook wearing a tie.",
    "The customer is a bully boss.",
    "The client is a snake oil salesman.",
    "The client is a greedy company.",
    "Helena is a useless negotiator.",
    "The client is a dishonest little man.",
    "The client really is a fraud.",
    "The client himself is a crook.",
    "The client in Leeds is a pig today.",
    "The client just now was a bully.",
    "The client on line two is a jerk.",
    "The client again was a bully in the meeting.",
    "The client manager is an idiot.",
    "The customer team lead is a bully.",
    "The client's people are clowns.",
    "The Áridos Norte people are clowns.",
    "That VPN customer is a liar.",
    "The guy at the customer is a fool.",
    "The surveyor from Áridos Norte is a moron.",
    "I spoke to the client and he is a pig.",
    "Áridos Norte are cheats and liars.",
    "El cliente es un incapaz.",
    "El cliente es incapaz, no sabe ni abrir una puerta.",
    "Este cliente es un incapaz de manual, otra vez ha perdido el pedido.",
    "Los clientes son unos incapaces, ni el formulario rellenan.",
    "El cliente es vago y encima exige.",
    "El cliente es un vago, no se lee ni el asunto.",
    "Helena es una vaga redomada.",
    "El cliente es un explotador, sus conductores duermen en el camión.",
    "El cliente es un explotador de su gente.",
    "Helena es una explotadora y una mentirosa.",
    "El cliente nuevo es un impresentable.",
    "El cliente de Lugo es un miserable.",
    "El cliente siempre es un grosero por teléfono.",
    "El encargado del cliente es un inútil.",
    "El contable de la clienta es un imbécil.",
    "Los de este cliente son unos ladrones.",
    "La gente de nuestra clienta es maleducada.",
    "Y en Áridos Norte son unos payasos.",
    "Hablé con el cliente, es un vago.",
    "Acabo de hablar con el cliente y es un payaso.",
    "Estoy harto de este cliente, es un mentiroso.",
    "Con la clienta, que es una bruja, no se puede hablar.",
    "La clienta es una bruja.",
    "El cliente es ridículo, de verdad.",
]


def found(write_mail: Any, text: str) -> set[str]:
    """Return which of the rules that hold a mail by themselves find something in it."""
    mail, audience = write_mail(text)
    doc = NLP.make_doc(judged_text(mail))
    reading_of(doc).names = client_names(mail, audience)
    return {one.rule for one in reading_of(NLP(doc)).findings} & CERTAIN


@pytest.mark.parametrize("text", THINGS_OF_HIS_NAME)
def test_what_only_bears_the_clients_name_is_not_he(write_mail: Any, text: str) -> None:
    assert not found(write_mail, text)


@pytest.mark.parametrize("text", PROGRAMS)
def test_a_client_that_is_a_program_is_nobody(write_mail: Any, text: str) -> None:
    assert not found(write_mail, text)


@pytest.mark.parametrize("text", TRADES)
def test_a_trade_whose_name_begins_like_an_insult_is_none(write_mail: Any, text: str) -> None:
    assert not found(write_mail, text)


@pytest.mark.parametrize("text", IDIOMS)
def test_an_idiom_with_a_strong_word_in_it_is_no_insult(write_mail: Any, text: str) -> None:
    assert not found(write_mail, text)


@pytest.mark.parametrize("text", FOR_OR_OF_HIM)
def test_what_is_said_of_something_from_for_or_with_the_client_is_not_said_of_him(write_mail: Any, text: str) -> None:
    assert not found(write_mail, text)


@pytest.mark.parametrize("text", SAID_OF_HIM)
def test_whoever_is_called_something_outright_is_found(write_mail: Any, text: str) -> None:
    assert found(write_mail, text)
