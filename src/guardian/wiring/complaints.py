"""The complaints of one tenant: listed with whose they are, and decided by people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from guardian.domain.addresses import domain_of, is_within, normalise_address
from guardian.domain.complaint_life import Complaint, open_complaint
from guardian.domain.complaint_record import Decision, Ruling
from guardian.domain.errors import UserError
from guardian.domain.people import Client

if TYPE_CHECKING:
    from guardian.wiring.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A complaint and its client; `working_days` since it was opened, `waiting_days` since its owner owes an answer.

    Both count the owner's working days; `waiting_days` is None where he owes none.
    """

    client: Client
    complaint: Complaint
    working_days: int
    waiting_days: int | None


class ComplaintDesk:
    """Lists complaints, and keeps what people decide about them."""

    def __init__(self, tenant: "Tenant") -> None:
        self._tenant = tenant

    def listed(self, at: datetime, *, everything: bool = False) -> list[Listed]:
        """Return the open complaints as of a moment, or all of them, the oldest first."""
        clients = {client.id: client for client in self._tenant.clients(at)}
        followed = self._followed(clients, at)
        found = [self._listed(clients[of], one, at) for of, told in followed.items() for one in told]
        wanted = [one for one in found if everything or one.complaint.open]
        return sorted(wanted, key=lambda one: (one.complaint.opened_at, one.complaint.id))

    def last_word(self, client: Client, at: datetime) -> datetime | None:
        """Return when a client last complained, as of a moment; None where no complaint of his is open."""
        current = open_complaint(self._followed({client.id: client}, at).get(client.id, ()))
        return None if current is None else current.last_at

    def decide(self, ruling: Ruling, complaint_id: int, *, by: str, why: str) -> Complaint:
        """Keep what one of ours says of an open complaint, and return it as it stands then.

        UserError where there is no such open complaint, or where nobody of ours says so.
        """
        now, who = self._tenant.clock.now(), normalise_address(by)
        if who is None or not is_within(domain_of(who), frozenset(self._tenant.settings.own_domains)):
            raise UserError("Say with --by who of your own people says so, by address.")
        if not why.strip():
            raise UserError("Say with --why why; it is kept.")
        if self._open_one(complaint_id, now) is None:
            raise UserError(f"There is no open complaint {complaint_id}; `guardian complaints list` shows them.")
        decision = Decision(ruling=ruling, at=now, by=who, why=why.strip(), interaction_id=complaint_id)
        self._tenant.complaints.decide(decision)
        return next(one.complaint for one in self.listed(now, everything=True) if one.complaint.id == complaint_id)

    def _open_one(self, complaint_id: int, at: datetime) -> Complaint | None:
        return next((one.complaint for one in self.listed(at) if one.complaint.id == complaint_id), None)

    def _followed(self, clients: Mapping[int, Client], at: datetime) -> Mapping[int, Sequence[Complaint]]:
        cadences = {one.client_id: one.cadence_days for one in self._tenant.assessments.latest(until=at)}
        return self._tenant.complaint_book.followed(clients.values(), cadences, now=at)

    def _listed(self, client: Client, one: Complaint, at: datetime) -> Listed:
        calendar, until = self._tenant.complaint_book.calendar_of(client.owner), one.ended_at or at
        waits = one.waiting_since
        return Listed(
            client=client,
            complaint=one,
            working_days=calendar.workdays_between(one.opened_at, until),
            waiting_days=None if waits is None else calendar.workdays_between(waits, at),
        )
