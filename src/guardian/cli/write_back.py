"""Showing what is written back, record by record."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from guardian.cli.output import counted, say, say_json, say_table

if TYPE_CHECKING:
    from guardian.ports.write_back import Outcome
    from guardian.sync import WriteBackSummary

Run = Callable[[Callable[["Outcome"], None]], "WriteBackSummary"]


def show_written(run: Run, *, as_json: bool) -> "WriteBackSummary":
    """Run a write-back, print each record with its fields and what became of it, then how it went."""
    shown: list[Outcome] = []
    summary = run(lambda one: say_json(_as_json(one)) if as_json else shown.append(one))
    if as_json:
        say_json(summary.as_json())
        return summary
    say_table(("what", "key", "record", "fields"), [_row(one) for one in shown])
    verb = "would be written" if summary.dry else "written"
    say(
        f"{counted(summary.entries, 'activity', 'activities')} {verb}, {summary.there} were there already, "
        f"{summary.refused} refused; "
        f"{counted(summary.marks, 'account')} {'would be marked' if summary.dry else 'marked'}."
    )
    for why, count in sorted(summary.left_out.items()):
        say(f"{count} not logged: {why}.")
    for problem in summary.problems:
        say(f"{summary.connector}: {problem}")
    return summary


def _as_json(one: "Outcome") -> dict[str, Any]:
    draft = one.draft
    return {
        "object": draft.object,
        "key": draft.key,
        "id": one.record,
        "there": draft.record is not None and draft.object != "Account",
        "fields": dict(draft.fields),
        "problem": one.problem or None,
    }


def _row(one: "Outcome") -> list[str]:
    fields = "; ".join(f"{name}: {value}" for name, value in one.draft.fields.items())
    return [one.draft.object, one.draft.key, one.record or one.problem or "–", fields]
