"""Where in a paragraph of a page an answer stands that is marked with its writer's name: "[Ana Ruiz] No".

Programs mark the name alone or all of the answer; what is typed behind it looks other than what it answers.
"""

from selectolax.lexbor import LexborNode

from guardian.guard.read_mail.reply_patterns import ANSWER

_Style = list[tuple[str | None, dict[str, str | None]]]
_MOST_LEVELS = 8  # of elements in one another, by which texts look different


class Answers:
    """Looks at the texts of a page one by one, for where answers begin and end."""

    def __init__(self) -> None:
        self._latest: LexborNode | None = None  # in which the text before stands, within a block
        self._answered: _Style | None = None
        self._own: _Style | None = None
        self._open = False

    def parts(self, text: str, node: LexborNode, element: LexborNode) -> bool:
        """Say whether an answer begins with the text of a node, or is over: it looks like what was answered."""
        if not text or text.isspace():
            return False
        before, self._latest = self._latest, element
        named = ANSWER.match(text) if node.prev is None and text.lstrip()[:1] == "[" else None
        if named:
            if not self._open:
                self._answered = _style(before) if before else None
            self._own = _style(element) if named.end() < len(text) else None
            self._open = True
            return True
        return self._open and self._is_over(_style(element))

    def _is_over(self, style: _Style) -> bool:
        self._own = self._own or style
        self._open = style != self._answered or self._own == self._answered
        return not self._open

    def end_block(self) -> bool:
        """Forget what stood in a block; say whether an answer ends with it."""
        ended, self._open, self._latest = self._open, False, None
        return ended


def _style(element: LexborNode) -> _Style:
    around: list[LexborNode] = [element]
    while len(around) < _MOST_LEVELS and around[-1].parent is not None:
        around.append(around[-1].parent)
    return [(one.tag, one.attributes) for one in around]
