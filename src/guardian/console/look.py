"""How pages look: one template set, everything escaped, the words of each language in one catalogue."""

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from guardian.console.desk import BY_LINK
from guardian.guard.notifier import words_of
from guardian.ports.holds import HoldEvent, is_erased

LANGUAGES = ("es", "en")
STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 32px 16px; font: 16px/24px Arial, sans-serif; }
main { max-width: 560px; margin: 0 auto; overflow-wrap: anywhere; }
h1 { font-size: 20px; line-height: 28px; }
dt { font-size: 13px; opacity: 0.7; }
dd { margin: 0 0 8px 0; }
blockquote { margin: 8px 0; padding: 4px 0 4px 12px; border-left: 4px solid #c62828; }
button { padding: 10px 18px; font: inherit; font-weight: bold; border: 0; border-radius: 4px; }
button { color: #ffffff; background: #1f6feb; cursor: pointer; }
select { padding: 8px; font: inherit; max-width: 100%; box-sizing: border-box; }
main.wide, header { max-width: 920px; }
header { margin: 0 auto 24px auto; overflow-wrap: anywhere; }
nav, header form { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; }
header form { margin-top: 8px; font-size: 13px; }
main > nav { margin: 0 0 16px 0; }
a { color: #1f6feb; color: light-dark(#1f6feb, #79b8ff); }
a[aria-current] { color: inherit; font-weight: bold; text-decoration: none; }
header button, .slight { padding: 4px 10px; font-size: 13px; color: inherit; background: none; border: 1px solid; }
ul.cards { list-style: none; margin: 0; padding: 0; }
ul.cards > li { margin: 0 0 16px 0; padding: 12px 16px; border: 1px solid #8888; border-radius: 6px; }
ul.cards h2, .facts { margin: 0 0 8px 0; }
h2 { font-size: 16px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 0 16px; }
.cards .facts { grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); }
.cards .long { grid-column: span 2; }
.words { white-space: pre-wrap; padding: 12px 16px; border: 1px solid #8888; border-radius: 6px; }
.words, textarea, input { unicode-bidi: plaintext; }
mark { color: #1a1a1a; background: #ffd54f; padding: 0 2px; }
details { margin: 8px 0; }
summary { cursor: pointer; }
label { display: block; margin: 12px 0; }
input, textarea { display: block; box-sizing: border-box; width: 100%; padding: 8px; font: inherit; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: 4px 8px 4px 0; text-align: right; border-bottom: 1px solid #8888; }
td:first-child, th:first-child { text-align: left; }
.choice { display: inline-block; margin: 0 12px 12px 0; padding: 8px 16px; border: 1px solid; border-radius: 4px; }
.warn { padding: 8px 12px; border-left: 4px solid #c62828; }
.quiet { font-size: 13px; opacity: 0.8; }
ol.trail { padding-left: 20px; }
"""


def page(name: str, language: str, **facts: Any) -> str:
    """Return a page in a language; what stands in mails shows as plain text, never as markup."""
    spoken = language if language in LANGUAGES else "en"
    text = _environment().get_template(f"{name}.html.j2").render(language=spoken, style=STYLE, **facts)
    return text.encode("utf-8", "replace").decode("utf-8")  # envelopes may hold halves of characters


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("guardian.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["erased"] = is_erased
    environment.filters["said"] = _said
    return environment


def _said(step: HoldEvent) -> str:
    """Return the words of a step that tell more than its name and its way in do: codes are kept, and not shown."""
    return "" if step.via == "link" and step.why == BY_LINK else words_of(step)
