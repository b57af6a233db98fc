"""What is spent at a provider: requests, and seconds that it let us wait."""

from dataclasses import dataclass, field

from guardian.ports.connector import Spent


@dataclass(slots=True)
class Meter:
    """Counts what is spent at the provider: for the page in hand, and apart what is on none of them."""

    requests: int = 0
    throttled_s: float = 0.0
    _apart: Spent = field(default_factory=Spent)

    def set_apart(self) -> None:
        """Count what was spent so far for no page."""
        self._apart = self.spent()

    def for_page(self) -> Spent:
        """Return what was spent since the last page, and start counting anew."""
        spent = Spent(requests=self.requests, throttled_s=self.throttled_s)
        self.requests, self.throttled_s = 0, 0.0
        return spent

    def spent(self) -> Spent:
        """Return what was spent and is on no page, each request once."""
        last, before = self.for_page(), self._apart
        self._apart = Spent()
        return Spent(requests=before.requests + last.requests, throttled_s=before.throttled_s + last.throttled_s)
