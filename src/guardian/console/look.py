"""How pages look: one template set, everything escaped, the words of each language in one catalogue."""

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

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
input, select { padding: 8px; font: inherit; max-width: 100%; box-sizing: border-box; }
"""


def page(name: str, language: str, **facts: Any) -> str:
    """Return a page in a language; what stands in mails shows as plain text, never as markup."""
    spoken = language if language in LANGUAGES else "en"
    return _environment().get_template(f"{name}.html.j2").render(language=spoken, style=STYLE, **facts)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("guardian.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
