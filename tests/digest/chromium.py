"""How a real browser lays a page out, in a frame as wide as a mail program's."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_HARNESS = """<!doctype html><html><body style="margin:0">
{frames}
<pre id="told"></pre>
<script>
const colour = (one) => getComputedStyle(one).color;
const ground = (one) => {{
  for (; one; one = one.parentElement) {{
    const found = getComputedStyle(one).backgroundColor;
    if (found !== "rgba(0, 0, 0, 0)") return found;
  }}
  return "rgb(255, 255, 255)";
}};
const measured = (page) => {{
  const texts = [...page.body.querySelectorAll("*")].filter(
    (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
  const boxes = texts.map((one) => one.getBoundingClientRect());
  return {{
    scroll: page.documentElement.scrollWidth,
    right: Math.max(...boxes.map((box) => box.right)),
    left: Math.min(...boxes.map((box) => box.left)),
    texts: texts.map((one) => [one.className, colour(one), ground(one)]),
    links: [...page.querySelectorAll("a.act, a.stop")].map((one) => [one.offsetWidth, one.offsetHeight]),
  }};
}};
window.onload = () => {{
  const frames = [...document.querySelectorAll("iframe")];
  document.getElementById("told").textContent = JSON.stringify(frames.map((one) => measured(one.contentDocument)));
}};
</script></body></html>"""
_FRAME = '<iframe style="border:0;width:{width}px;height:3000px" srcdoc="{page}"></iframe>'


@dataclass(frozen=True)
class Layout:
    """What the browser made of a page; lengths in CSS pixels."""

    scroll: int
    left: float
    right: float
    texts: list[tuple[str, str, str]]  # class, colour, background
    links: list[tuple[int, int]]

    def faintest(self) -> tuple[float, str]:
        """Return the lowest contrast of any text with what it stands on (WCAG 2.2), and where."""
        return min((_contrast(colour, ground), name) for name, colour, ground in self.texts)


def laid_out(pages: Sequence[tuple[str, int]], folder: Path, *, dark: bool) -> list[Layout]:
    """Return how Chromium lays out each page at its width."""
    assert CHROMIUM
    frames = "".join(_FRAME.format(width=width, page=escape(page)) for page, width in pages)
    harness = folder / "harness.html"
    harness.write_text(_HARNESS.format(frames=frames), encoding="utf-8")
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        "--virtual-time-budget=10000",
        "--dump-dom",
        harness.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found
    return [_layout(told) for told in json.loads(unescape(found[1]))]


def _layout(told: dict[str, Any]) -> Layout:
    return Layout(
        scroll=told["scroll"],
        left=told["left"],
        right=told["right"],
        texts=[(name, colour, ground) for name, colour, ground in told["texts"]],
        links=[(wide, high) for wide, high in told["links"]],
    )


def _contrast(colour: str, ground: str) -> float:
    lighter, darker = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
