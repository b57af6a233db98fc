"""The directory as a snapshot in memory: own domains, client addresses, client domains, own lists."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from guardian.domain.addresses import domain_of, mailbox_of, normalise_address, normalise_domain, parents
from guardian.domain.errors import UserError
from guardian.domain.listed_clients import columns_of, read_place
from guardian.guard.address_table import table_key

_IP_ADDRESS = re.compile(r"\[.*\]?|[0-9.]+")


class SnapshotDirectory:
    """Answers who is who; every answer takes a few look-ups.

    `addresses` and `domains` name the client of each; a domain speaks for its sub-domains, an address goes before its
    domain, and our own domains go before everything but a client's own address. Instead of them `look_up` may tell
    the client of an address or `@domain`. An IP address in place of a domain is a client of that name. `lists` names
    the members of our mailing lists and aliases (`name@domain`, `name`, `@domain`); members may be lists, and one
    without a domain who is none has his mailbox at the first of our own.
    """

    def __init__(
        self,
        *,
        own_domains: Collection[str],
        addresses: Mapping[str, str] | None = None,
        domains: Mapping[str, str] | None = None,
        lists: Mapping[str, Collection[str]] | None = None,
        cautious: bool = False,
        look_up: Callable[[str], str | None] | None = None,
    ) -> None:
        self._own = frozenset(normalise_domain(one) for one in own_domains)
        self._first = normalise_domain(next(iter(own_domains), "localhost"))
        names = {table_key(_address(key)): name for key, name in (addresses or {}).items()}
        names |= {f"@{normalise_domain(key)}": name for key, name in (domains or {}).items()}
        self._look_up = look_up or (lambda key: names.get(table_key(key)))
        self._lists = {_address(key): tuple(map(_address, members)) for key, members in (lists or {}).items()}
        self._cautious = cautious

    @property
    def cautious(self) -> bool:
        """True when the snapshot is stale, so that every unknown outside domain counts as a client."""
        return self._cautious

    def is_own(self, address: str) -> bool:
        """Say whether a normalised address is one of ours."""
        return any(domain in self._own for domain in parents(domain_of(address))) if address else False

    def client_of(self, address: str) -> str | None:
        """Return the name of the client a normalised address belongs to (by address, or by domain), or None."""
        by_address = self._look_up(address)
        if by_address is not None or self.is_own(address):
            return by_address
        if _IP_ADDRESS.fullmatch(domain_of(address)):
            return domain_of(address)  # a client's mail server has a number, too, and nothing tells whose it is
        found = (self._look_up(f"@{domain}") for domain in parents(domain_of(address)))
        return next((name for name in found if name is not None), None)

    def expand(self, address: str) -> tuple[str, ...]:
        """Return the members of one of our lists or aliases; the address itself when it is none."""
        members: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [address]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            further, is_mailbox = self._leads_to(one)
            waiting.extend(reversed(further))
            if is_mailbox:
                members[one if one == address else self._whole(one)] = None
        return tuple(members) or (address,)

    def namesakes(self, address: str) -> tuple[str, ...]:
        """Return every address that is known to lead to the same person, the one asked about among them.

        Addresses that lead into one mailbox are one person's; who is on a list with others is not who the list is.
        """
        found: dict[str, None] = {}
        for one in self._one_person(address):
            local, _, domain = one.rpartition("@")
            moved = [f"{local}{other}" for other in self._known_as.get(f"@{domain}", ())]
            found |= dict.fromkeys([one, *self._known_as.get(one, ()), *moved])
        return tuple(found)

    @cached_property
    def _known_as(self) -> Mapping[str, Sequence[str]]:
        """The names in our lists by the mailbox of the one person each leads to; domains by where they lead."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for key, members in self._lists.items():
            if key.startswith("@"):
                for domain in (one for one in members if one.startswith("@")):
                    names[domain].append(key)
                continue
            for name in [key] if "@" in key else [f"{key}@{domain}" for domain in self._own]:
                for one in self._one_person(name):
                    names[one].append(name)
        return names

    def _one_person(self, address: str) -> tuple[str, ...]:
        """Return the addresses on the way from one to its mailbox, as far as it leads to one person only."""
        way = [mailbox_of(address)]
        for one in way:  # which grows
            further, is_mailbox = self._leads_to(one)
            local = one.rpartition("@")[0]
            # Of several members, and of those who get what goes to a whole domain, the one with the same name is he.
            alone = len(further) == 1 and not is_mailbox
            whole = map(self._whole, further)
            same = [mailbox_of(next_) for next_ in whole if alone or next_.rpartition("@")[0] == local]
            way += [next_ for next_ in dict.fromkeys(same) if next_ not in way]
        return tuple(way)

    def _leads_to(self, address: str) -> tuple[Sequence[str], bool]:
        """Return where mail to an address goes on to, and whether it may be a mailbox, too.

        As mail servers do: tags are no part of a list's name, a name without a domain is one at every domain of ours,
        `@domain` stands for all addresses there, and a route in the local part (a%b, b!a) is followed. An address is
        looked up whole, then by its name alone if nothing is found or it leads to itself; what leads to itself there,
        too, or nowhere, is a mailbox. Which domain the server adds to a name that has none only its own settings
        tell: such a name is looked up in both ways.
        """
        local, _, domain = self._whole(address).rpartition("@")
        plain = local.partition("+")[0] or local
        ours = self.is_own(address) or "@" not in address or domain in {"", "localhost"}
        itself = {f"{local}@{domain}", f"{plain}@{domain}"}
        further: list[str] = []
        found, is_mailbox = False, False
        for names in (f"{local}@{domain}", f"{plain}@{domain}"), ((local, plain) if ours else ()):
            members = next((self._lists[name] for name in names if name in self._lists), None)
            if members is None:
                continue
            others = [one for one in members if self._whole(one) not in itself]
            further += others
            found, is_mailbox = True, len(others) < len(members)
            if not is_mailbox and "@" in address:
                break
        if found:
            return further, is_mailbox
        everybody = [f"{local}{one}" if one[0] == "@" else one for one in self._lists.get(f"@{domain}", ())]
        return [*everybody, *(_routed(local) if ours else ())], True

    def _whole(self, address: str) -> str:
        """Return an address with a domain of ours where it has none; nobody's stays as it is."""
        return address if "@" in address or not address else f"{address}@{self._first}"


def directory_from_csv(path: Path, own_domains: Collection[str]) -> SnapshotDirectory:
    """Return a directory from a file of `address,client` lines, where address is a mailbox or a bare domain.

    A heading is optional, and tells the columns where there is one; commas, semicolons or tabs; UTF-8, UTF-16 with a
    mark, else Latin-1. Raises UserError naming the first line that is neither, and for a file without any.
    """
    addresses: dict[str, str] = {}
    domains: dict[str, str] = {}
    rows = list(_rows(path))
    columns = columns_of(rows[0][1]) if rows else None
    places, names = columns or ([0], [1])
    if len(places) != 1 or len(names) != 1:
        raise UserError(f"{path}, line {rows[0][0]}: call one column `address` and one `client`.")
    for number, cells in rows[1:] if columns else rows:
        written, name = (cells[at].strip() if at < len(cells) else "" for at in (*places, *names))
        place = read_place(written)
        if not name or place is None:
            raise UserError(f"{path}, line {number}: write an address or a domain, a comma, and the client's name.")
        (addresses if "@" in place else domains)[place] = name
    if not addresses and not domains:
        raise UserError(
            f"{path} names no client; write lines of an address or a domain, a comma, and the client's name."
        )
    return SnapshotDirectory(own_domains=own_domains, addresses=addresses, domains=domains)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the number of its last line."""
    text = _text(path)
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as problem:
        raise UserError(f"{path}, line {reader.line_num}: mend this line, it is no CSV ({problem}).") from problem


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise UserError(f"{path}: this file cannot be read ({problem.strerror}).") from problem
    wide = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else None
    try:
        return data.decode(wide or "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _routed(local: str) -> list[str]:
    """Return where a local part leads that is a route; the last part of one speaks."""
    name, percent, host = local.rpartition("%")
    if percent and name:
        return [f"{name}@{host}"]
    host, bang, name = local.partition("!")
    return [f"{name}@{host}"] if bang and name else []


def _address(text: str) -> str:
    return normalise_address(text) or text.strip().lower()
