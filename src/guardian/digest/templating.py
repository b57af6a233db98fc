"""The templates of all mails about clients: one environment a format, everything escaped on pages."""

import textwrap
from dataclasses import dataclass
from functools import lru_cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

_TEXT_WIDTH = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A mail in words: `subject` is a single line, `text` and `html` say the same."""

    subject: str
    text: str
    html: str


def template(name: str, *, html: bool) -> Template:
    """Return a template; with `html`, whatever it is given shows as plain text, never as markup."""
    return environment(html=html).get_template(name)


def inlined(page: str) -> str:
    """Return a page with its styles in the elements; what stands in @-rules stays where it is."""
    return _inliner().inline(page)


@lru_cache(maxsize=2)
def environment(*, html: bool) -> Environment:
    """Return the environment of a format: a catalogue imported by a page must be compiled with escaping on, too."""
    made = Environment(
        loader=PackageLoader("guardian.digest"),
        autoescape=html,  # noqa: S701 - off for text/plain only
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["wrap"] = _wrap
    return made


def _wrap(text: str, first: str, rest: str | None = None) -> str:
    indent = first if rest is None else rest
    return textwrap.fill(
        text,
        _TEXT_WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
