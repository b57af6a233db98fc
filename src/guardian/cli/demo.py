"""guardian demo: the whole job on a sample company, told as it goes."""

import os
import shlex
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from guardian.domain.errors import UserError
from guardian.domain.mail import Envelope
from guardian.domain.standing import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from guardian.cli.demo_words import Words
    from guardian.sample_company.facts import SampleCompany
    from guardian.sample_company.letters import Letter
    from guardian.wiring.standings import Standing
    from guardian.wiring.tenant import Tenant

MARK = ".guardian-demo"  # says that a folder is ours to empty
SHOWN = 3  # clients of each state
PORT = 8765


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="demo", epilog="Example: guardian demo --dir /tmp/guardian-demo --serve")(demo)


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where to put the sample company.")] = Path("guardian-demo"),
    serve: Annotated[
        bool, typer.Option("--serve", help="Then show the digests in a browser, on this machine only.")
    ] = False,
    language: Annotated[str | None, typer.Option(help="es or en; by default what your terminal speaks.")] = None,
) -> None:
    """Do Guardian's whole job on a small sample company, without a network, in under a minute."""
    from rich.console import Console

    from guardian.cli.demo_words import words

    started = time.monotonic()
    tongue = language or _terminal_language()
    console = Console()
    text = words(tongue)
    tenant, company, config = _set_up(folder, tongue, console, text)
    _sync(tenant, console, text)
    losing = _age(tenant, console, text)
    _guard(tenant, company, console, text, tongue)
    _digests(tenant, folder, console, text, tongue)
    console.rule(f"[bold]{text.next_steps}")
    client = shlex.quote(losing[0].client.name if losing else company.clients[0].name)
    for command, why in text.to_try:
        console.print(
            f"  [cyan]{command.format(config=config, client=client)}[/]\n      {why}", highlight=False, soft_wrap=True
        )
    console.print(f"\n{text.took.format(seconds=time.monotonic() - started)}", highlight=False)
    if serve:
        _serve(folder / "digests", console)


def _terminal_language() -> str:
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "es" if told.lower().startswith("es") else "en"


def _set_up(folder: Path, language: str, console: "Console", text: "Words") -> "tuple[Tenant, SampleCompany, Path]":
    from guardian import settings
    from guardian.sample_company.company import write_company
    from guardian.wiring.journal import set_up_logging
    from guardian.wiring.layout import lay_out
    from guardian.wiring.tenant import SystemClock, Tenant

    set_up_logging(quiet=True)
    _empty(folder)
    company = write_company(folder, today=SystemClock().now().date())
    console.rule("[bold]Guardian")
    console.print(text.welcome.format(company=company.name), highlight=False)
    config = lay_out(
        folder,
        own_domains=list(company.own_domains),
        language=language,
        mode="enforce",
        outbox="folder:outbox",
        extra=_sections(company),
    )
    made = text.made.format(
        reps=len(company.reps), folder=folder, mails=company.distinct_mails, clients=len(company.clients)
    )
    console.print(f"{made}\n", highlight=False)
    return Tenant(settings.load(config)), company, config


def _sections(company: "SampleCompany") -> str:
    connection = '[connectors.exports]\nkind = "archive"\npath = "exports/"\nprivacy = "full"\n'
    reps = [
        f'[reps."{rep.person.address}"]\nname = "{rep.person.name}"\nlanguage = "{rep.person.region.language}"\n'
        f'timezone = "{rep.zone.name}"\n'
        for rep in company.reps
    ]
    return "\n".join([connection, *reps])


def _empty(folder: Path) -> None:
    from guardian.wiring.folders import make_folder, usable

    with usable(folder):
        if folder.exists() and any(folder.iterdir()):
            if not (folder / MARK).is_file():
                raise UserError(f"{folder} is not empty and not a demo's; choose another folder with --dir.")
            shutil.rmtree(folder)
        make_folder(folder)
        (folder / MARK).touch()


def _sync(tenant: "Tenant", console: "Console", text: "Words") -> None:
    from guardian.cli.progress import bars

    console.rule(f"[bold]{text.syncing}")
    with bars() as progress:
        summaries = [summary.as_json() for summary in tenant.sync([], full=False, progress=progress)]
    for told in summaries:
        console.print(
            text.synced.format(new=told["new"], excluded=told["excluded"], dead=told["dead_letters"]), highlight=False
        )
    dead = [item for item in tenant.sync_tables.left_out("exports") if item["what"] == "dead letter"]
    if dead:
        names = ", ".join(f"{item['mailbox']} ({item['why'].rstrip('.')})" for item in dead)
        console.print(f"[yellow]{text.could_not_read.format(names=names)}[/]", highlight=False)
    console.print()


def _age(tenant: "Tenant", console: "Console", text: "Words") -> "list[Standing]":
    from rich.table import Table
    from rich.text import Text

    from guardian.cli.output import day

    console.rule(f"[bold]{text.losing}")
    now = tenant.clock.now()
    standings = tenant.standings(now)
    tenant.keep(standings, at=now)
    losing = [one for one in standings if one.assessment.state not in (State.HEALTHY, State.NEW)]
    table = Table(header_style="bold", show_lines=True)
    for column in text.columns:
        table.add_column(column, overflow="fold")
    for one in _some_of_each_state(losing):
        table.add_row(
            Text(one.client.name, style="bold"),
            Text(one.state_name, style="red" if one.assessment.state is State.AT_RISK else "yellow"),
            day(one.assessment.last_touch),
            Text(" ".join(one.sentences)),
        )
    console.print(table)
    told = text.looks_alive.format(total=len(standings), calm=len(standings) - len(losing))
    console.print(f"{told}\n", highlight=False)
    return losing


def _some_of_each_state(losing: "list[Standing]") -> "Iterator[Standing]":
    """Yield the first few clients of every state, in their order."""
    met: Counter[State] = Counter()
    for one in losing:
        met[one.assessment.state] += 1
        if met[one.assessment.state] <= SHOWN:
            yield one


def _guard(tenant: "Tenant", company: "SampleCompany", console: "Console", text: "Words", language: str) -> None:
    from rich.markup import escape
    from rich.panel import Panel

    from guardian.wiring.gatehouse import Gatehouse

    console.rule(f"[bold]{text.guard}")
    gatehouse = Gatehouse(tenant)
    notice = ""
    for sent in company.drafts:
        told = gatehouse.offer(_envelope(sent.draft.letter), sent.path.read_bytes())
        about = sent.draft.about_es if language == "es" else sent.draft.about_en
        verdict = f"[bold red]{text.is_held}[/]" if told.hold else f"[green]{text.goes_out}[/]"
        console.print(f"  {verdict}  [bold]{escape(told.subject)}[/]", highlight=False)
        console.print(f"      [dim]{escape(about)}[/]", highlight=False)
        for sentence in told.sentences:
            console.print(f"      {escape(sentence)}", highlight=False)
        notice = notice or told.notice
    if notice:
        console.print(Panel(escape(notice), title=text.held_note, title_align="left", border_style="dim"))
    console.print()


def _envelope(letter: "Letter") -> Envelope:
    return Envelope(
        sender=letter.sender.address, recipients=tuple(one.address for one in (*letter.to, *letter.cc) if one.address)
    )


def _digests(tenant: "Tenant", folder: Path, console: "Console", text: "Words", language: str) -> None:
    from rich.markup import escape

    from guardian.wiring.digests import Digests

    console.rule(f"[bold]{text.digests}")
    written = Digests(tenant).preview(tenant.clock.now(), rep=None, folder=folder / "digests")
    for path in written:
        if path.suffix == ".html":
            console.print(f"  {path}", highlight=False, soft_wrap=True)
    spoken = [address for address, rep in tenant.settings.reps.items() if rep.language == language]
    texts = [path for path in written if path.suffix == ".txt"]
    first = next((path for path in texts if path.stem in spoken), next(iter(texts), None))
    if first is not None:
        lines = first.read_text(encoding="utf-8").splitlines()
        for line in lines[:24]:
            console.print(f"  [dim]│[/] {escape(line)}", highlight=False)
    console.print()


def _serve(folder: Path, console: "Console") -> None:
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    pages = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", PORT), pages) as server:
        console.print(f"http://127.0.0.1:{PORT}/  (Ctrl-C)", highlight=False)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
