"""Showing what the rules take from the timelines."""

from typing import TYPE_CHECKING

from guardian.cli.output import counted, say, say_json, say_table

if TYPE_CHECKING:
    from guardian.sync import RuleReview

_BY_RULE = ("rule", "interactions", "copies", "left_out", "back")
_BY_CLIENT = ("client", "rule", "interactions")


def show_review(found: "RuleReview", *, as_json: bool) -> None:
    """Print what goes by rule and by client, what is told anew, and what the next full sync brings back."""
    lines = list(found.as_json())
    if as_json:
        for line in lines:
            say_json(line)
        return
    *told, summary = lines
    rules = [line for line in told if "client" not in line]
    say_table(_BY_RULE, [[str(line[name]) for name in _BY_RULE] for line in rules])
    clients = [line for line in told if "client" in line]
    if clients:
        say_table(_BY_CLIENT, [[str(line[name]) for name in _BY_CLIENT] for line in clients])
    verb = "were taken" if found.applied else "would go"
    happened, copies = counted(summary["interactions"], "interaction"), counted(summary["copies"], "copy", "copies")
    say(f"{happened} and {copies} {verb}; {found.shrunk} {'keeps' if found.shrunk == 1 else 'keep'} others.")
    if anew := summary["told_anew"]:
        verb = ("was" if anew == 1 else "were") if found.applied else "would be"
        say(f"{counted(anew, 'interaction')} {verb} told anew, for own_domains have changed.")
    if back := summary["back"]:
        come, them = ("comes", "it") if back == 1 else ("come", "them")
        say(
            f"{counted(back, 'item')} {come} back with `guardian sync --full`: the rule that left {them} out is gone."
        )
    if not found.applied and (summary["copies"] or anew):
        say("Run it again with --apply to do so.")
