"""guardian guard scan, train, evaluate."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="What the guard thinks of mail; nothing here changes anything.", no_args_is_help=True, rich_markup_mode=None
)

_SHOWN = 5  # files


@app.command(
    epilog="Example: guardian guard scan old-mail.mbox --clients clients.csv --own-domain acme.example --json"
)
def scan(
    paths: Annotated[list[Path], typer.Argument(help=".eml files, mbox files, Maildirs or folders of .eml.")],
    clients: Annotated[
        Path | None, typer.Option(help="CSV `address,client`; an address or a bare domain, sub-domains included.")
    ] = None,
    own_domain: Annotated[
        list[str] | None, typer.Option("--own-domain", help="One of your own mail domains; repeat for more.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a message on stdout.")] = False,
) -> None:
    """Say of every message what the guard would do with it: pass, or hold and why."""
    from guardian.cli.output import counted, say, say_json, say_line
    from guardian.cli.tenant import open_scanner

    scanner = open_scanner(clients, own_domain or [])
    held = total = 0
    others: list[Path] = []
    for result in scanner.scan(paths, others.append):
        total += 1
        held += result["action"] == "hold"
        if as_json:
            say_json(result)
        elif result["action"] == "hold":
            reasons = "; ".join(f"{one['code']} «{one['span']}»" for one in result["reasons"])
            say_line(f"{result['path']}  hold  {', '.join(result['clients'])}: {reasons}")
    if others:
        left_out = counted(len(others), "file is no mail and was left out", "files are no mail and were left out")
        say(f"{left_out}: {', '.join(map(str, others[:_SHOWN]))}{', …' if len(others) > _SHOWN else '.'}")
    say(f"{counted(total, 'message')}, {held} would be held.")
    if held:
        raise typer.Exit(1)


@app.command(epilog="Example: guardian guard train --corpus corpus/train --out model --data ../shared/data")
def train(
    corpus: Annotated[Path, typer.Option(help="Folder of labelled mails, one .jsonl an author.")] = Path(
        "corpus/train"
    ),
    out: Annotated[Path, typer.Option(help="Folder for the trained parts and their manifest.")] = Path("model"),
    data: Annotated[Path | None, typer.Option(help="Folder of public texts (docs/judge.md names them).")] = None,
    seed: Annotated[int, typer.Option(help="Two trainings with one seed judge alike.")] = 0,
    part: Annotated[float, typer.Option("--slice", help="Fraction of the corpus, for a quick run.")] = 1.0,
    second_look: Annotated[bool, typer.Option(help="Train the second look, too: most of an hour.")] = True,
    cache: Annotated[
        Path | None, typer.Option(help="Folder that keeps tuned networks, to go on after a stop.")
    ] = None,
    onto: Annotated[
        Path | None,
        typer.Option(help="Folder of a trained judge or reader that goes on, from hands it has not met."),
    ] = None,
    inbox: Annotated[
        Path | None, typer.Option(help="Train the complaint reader instead, from this folder of clients' mails.")
    ] = None,
) -> None:
    """Train the judge, or the complaint reader, from labelled mails; needs the extra `train`."""
    from dataclasses import asdict

    from guardian.cli.output import say, say_json
    from guardian.cli.progress import bars
    from guardian.wiring.judging import train_complaint_reader, train_judge

    if inbox is not None:
        with bars() as progress:
            made = train_complaint_reader(
                inbox,
                out,
                seed=seed,
                slice_fraction=part,
                network=second_look,
                cache_dir=cache,
                onto=onto,
                progress=progress.advance,
            )
        say_json(asdict(made))
        say(f"Wrote {out}.")
        return
    with bars() as progress:
        report = train_judge(
            corpus,
            out,
            data_dir=data,
            seed=seed,
            slice_fraction=part,
            second_look=second_look,
            cache_dir=cache,
            onto=onto,
            progress=progress.advance,
        )
    say_json(asdict(report))
    say(f"Wrote {out}.")


@app.command(epilog="Example: guardian guard evaluate corpus/dev.jsonl")
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="Labelled mails: a .jsonl file or a folder of them.")],
    model: Annotated[
        Path | None, typer.Option(help="Folder of a trained judge or reader; the shipped one by default.")
    ] = None,
    misses: Annotated[int, typer.Option(help="How many of the worst misses to show.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    inbox: Annotated[
        bool, typer.Option("--inbox", help="The mails are clients': measure the complaint reader.")
    ] = False,
) -> None:
    """Measure the judge on labelled mails: AUC, recall at 1 % and 3 % false holds, worst misses first."""
    from guardian.cli.judge_report import evaluation_json, evaluation_text
    from guardian.cli.output import say_json
    from guardian.cli.progress import bars
    from guardian.wiring.judging import evaluate_complaint_reader, evaluate_judge

    if inbox:
        from guardian.cli.inbox_report import inbox_json, inbox_text

        with bars() as progress:
            heard = evaluate_complaint_reader(corpus, model, progress.advance)
        if as_json:
            say_json(inbox_json(heard, misses))
        else:
            typer.echo(inbox_text(heard, misses))
        return
    with bars() as progress:
        report = evaluate_judge(corpus, model, progress.advance)
    if as_json:
        say_json(evaluation_json(report, misses))
    else:
        typer.echo(evaluation_text(report, misses))
