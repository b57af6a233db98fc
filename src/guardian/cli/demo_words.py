"""What `guardian demo` says, in Spanish and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The demo's sentences in one language."""

    welcome: str
    made: str
    syncing: str
    synced: str
    could_not_read: str
    losing: str
    looks_alive: str
    guard: str
    goes_out: str
    is_held: str
    held_note: str
    columns: tuple[str, str, str, str]
    digests: str
    next_steps: str
    to_try: tuple[tuple[str, str], ...]
    took: str


ENGLISH = Words(
    welcome="Guardian, on a small made-up company: {company}. A year of mail, meetings and CRM exports.",
    made="Wrote the exports of {reps} reps and a CRM into {folder}: {mails} mails, {clients} clients.",
    syncing="1. One timeline per client",
    synced="{new} items stored, {excluded} left out because only colleagues took part, {dead} could not be read.",
    could_not_read="Named and kept, and the rest went on: {names}.",
    losing="2. About to be lost",
    looks_alive="{total} clients in all; {calm} of them need nothing today.",
    guard="3. Outgoing mail, before it is sent",
    goes_out="passes",
    is_held="HELD",
    held_note="The client never saw it. This is what its sender is told at once:",
    columns=("client", "state", "last contact", "why"),
    digests="4. What the reps get in the morning",
    next_steps="What to try next",
    to_try=(
        ("guardian --config {config} timeline {client}", "everything that happened with one client"),
        ("guardian --config {config} clients --json", "every client, for other programs"),
        ("guardian --config {config} holds list", "the mail that waits for a decision"),
        ("guardian --config {config} sync", "again: nothing is stored twice"),
        ("guardian guard scan YOUR.mbox --clients CLIENTS.csv --own-domain YOUR.DOMAIN", "your own old mail"),
        ("guardian init --own-domain YOUR.DOMAIN", "start with your own exports"),
    ),
    took="All of this took {seconds:.0f} seconds, without a network.",
)

SPANISH = Words(
    welcome="Guardian, con una pequeña empresa inventada: {company}. Un año de correos, reuniones y datos del CRM.",
    made="En {folder} están las exportaciones de {reps} comerciales y un CRM: {mails} correos, {clients} clientes.",
    syncing="1. Una línea de tiempo por cliente",
    synced="{new} elementos guardados, {excluded} descartados por ser solo entre compañeros, {dead} ilegibles.",
    could_not_read="Quedan anotados con su nombre, y lo demás siguió adelante: {names}.",
    losing="2. A punto de perderse",
    looks_alive="{total} clientes en total; {calm} no necesitan nada hoy.",
    guard="3. Correo saliente, antes de enviarse",
    goes_out="pasa",
    is_held="RETENIDO",
    held_note="El cliente no llegó a verlo. Esto es lo que se le dice enseguida a quien lo envió:",
    columns=("cliente", "estado", "último contacto", "por qué"),
    digests="4. Lo que reciben los comerciales por la mañana",
    next_steps="Qué probar ahora",
    to_try=(
        ("guardian --config {config} timeline {client}", "todo lo que pasó con un cliente"),
        ("guardian --config {config} clients --json", "todos los clientes, para otros programas"),
        ("guardian --config {config} holds list", "los correos que esperan una decisión"),
        ("guardian --config {config} sync", "otra vez: nada se guarda dos veces"),
        ("guardian guard scan TU.mbox --clients CLIENTES.csv --own-domain TU.DOMINIO", "tu propio correo antiguo"),
        ("guardian init --own-domain TU.DOMINIO", "empezar con tus exportaciones"),
    ),
    took="Todo esto ha tardado {seconds:.0f} segundos, sin red.",
)


def words(language: str) -> Words:
    """Return the demo's sentences in Spanish for `es`, in English otherwise."""
    return SPANISH if language == "es" else ENGLISH
