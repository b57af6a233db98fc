"""Who is who among mail addresses, as the guard needs it: fast, in memory, from a snapshot."""

from typing import Protocol


class Directory(Protocol):
    """A snapshot of own domains, client addresses and client domains."""

    @property
    def cautious(self) -> bool:
        """True when the snapshot is stale, so that every unknown outside domain counts as a client."""
        ...

    def is_own(self, address: str) -> bool:
        """Say whether a normalised address is one of ours."""
        ...

    def client_of(self, address: str) -> str | None:
        """Return the name of the client a normalised address belongs to (by address, or by domain), or None."""
        ...

    def expand(self, address: str) -> tuple[str, ...]:
        """Return the members of one of our lists or aliases; the address itself when it is none."""
        ...

    def namesakes(self, address: str) -> tuple[str, ...]:
        """Return every address that is known to lead to the same person, the one asked about among them."""
        ...
