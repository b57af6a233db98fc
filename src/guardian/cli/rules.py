"""Showing what the rules take from the timelines."""

from typing import TYPE_CHECKING

from guardian.cli.output import say, say_json, say_table

if TYPE_CHECKING:
    from guardian.sync import RuleReview

_BY_RULE = ("rule", "interactions", "copies", "left_out", "back")
_BY_CLIENT = ("client", "rule", "interactions")


def show_review(found: "RuleReview", *, as_json: bool) -> None:
    """Print what goes by rule and by client, and what the next full sync brings back."""
    lines = list(found.as_json())
    if as_json:
        for line in lines:
            say_json(line)
        return
    *counted, summary = lines
    rules = [line for line in counted if "client" not in line]
    say_table(_BY_RULE, [[str(line[name]) for name in _BY_RULE] for line in rules])
    clients = [line for line in counted if "client" in line]
    if clients:
        say_table(_BY_CLIENT, [[str(line[name]) for name in _BY_CLIENT] for line in clients])
    verb = "were taken" if found.applied else "would go"
    say(f"{summary['interactions']} interactions and {summary['copies']} copies {verb}; {found.shrunk} keep others.")
    if summary["back"]:
        say(f"{summary['back']} items come back with `guardian sync --full`: the rule that left them out is gone.")
    if not found.applied and summary["copies"]:
        say("Run it again with --apply to take them from the timelines.")
