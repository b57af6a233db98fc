"""Progress bars on stderr for the long commands; nothing where stderr is no terminal."""

from collections.abc import Iterator
from contextlib import contextmanager


class Bars:
    """Shows how far each feed is; quiet when there is no terminal to show it on."""

    def __init__(self, progress: object | None) -> None:
        from rich.progress import Progress

        self._progress = progress if isinstance(progress, Progress) else None
        self._tasks: dict[str, object] = {}

    def advance(self, what: str, done: int, total: int) -> None:
        """Say that `done` of `total` units of a thing are through (total 0: unknown)."""
        if self._progress is None:
            return
        from rich.progress import TaskID

        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total or None)
        task = self._tasks[what]
        assert isinstance(task, int)
        self._progress.update(TaskID(task), completed=done, total=total or None)


@contextmanager
def bars() -> Iterator[Bars]:
    """Yield bars that live as long as the block."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bars(None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bars(progress)
