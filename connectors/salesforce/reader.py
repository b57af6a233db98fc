"""Rows of one object to the domain's values, with what other objects say about them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.salesforce import rest, soql
from connectors.salesforce.api import Api
from connectors.salesforce.objects import Relation, Shape
from connectors.salesforce.row import Row, Unreadable
from connectors.salesforce.translate_activity import read_event, read_mail, read_task
from connectors.salesforce.translate_case import read_case
from connectors.salesforce.translate_people import read_account, read_contact, read_lead, read_user
from guardian.connector_kit.paging import dead_letter
from guardian.connector_kit.salesforce_kinds import logs_mail
from guardian.domain.identity import long_crm_id
from guardian.ports.connector import DeadLetter, Record

Related = Mapping[str, Sequence[Row]]  # by the id of the item they belong to


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the rows of one object; `value_from` says what an account is worth, `complaint_types` what complains."""

    api: Api
    shape: Shape
    value_from: str
    complaint_types: frozenset[str] = frozenset()

    def read(self, rows: Sequence[Row]) -> list[Record | DeadLetter]:
        """Return a record or a dead letter for every row, in order."""
        living = [row for row in rows if not row.is_true("IsDeleted")]
        rest.foresee(self.api, self._questions(living))
        related = {relation.name: self._related(relation, living) for relation in self.shape.relations}
        worth = self._worth(living)
        return [self._item(row, related, worth) for row in rows]

    def _item(self, row: Row, related: Mapping[str, Related], worth: Mapping[str, float]) -> Record | DeadLetter:
        try:
            return self._record(row, related, worth)
        except Unreadable as wrong:
            return dead_letter(long_crm_id(row["Id"]) or "unknown", str(wrong), row.raw)

    def _record(self, row: Row, related: Mapping[str, Related], worth: Mapping[str, float]) -> Record:
        def of(name: str) -> Sequence[Row]:
            return related.get(name, {}).get(row.id, ())

        org_id, key_field = self.api.org_id, self.shape.key_field
        match self.shape.name:
            case "User":
                return read_user(row)
            case "Account":
                return read_account(row, value=worth.get(row.id))
            case "Contact":
                return read_contact(row, self.shape.person)
            case "Lead":
                return read_lead(row, self.shape.person)
            case "Task":
                return read_task(row, org_id, of("TaskRelation"), of("EmailMessage"), key_field=key_field)
            case "Event":
                return read_event(row, org_id, of("EventRelation"))
            case "Case":
                return read_case(row, org_id, self.complaint_types)
            case _:
                return read_mail(row, org_id, of("EmailMessageRelation"), key_field=key_field)

    def _related(self, relation: Relation, rows: Iterable[Row]) -> Related:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._ask(relation, self._parents(relation, rows)):
            found[row.ref(relation.parent) or ""].append(row)
        return {parent: sorted(those, key=lambda one: one["Id"]) for parent, those in found.items()}

    def _ask(self, relation: Relation, ids: Iterable[str]) -> Iterable[Row]:
        for query in self._queries(relation, ids):
            yield from rest.every(self.api, query)

    def _queries(self, relation: Relation, ids: Iterable[str]) -> Iterable[str]:
        for chunk in soql.in_chunks(ids):
            yield soql.of_ids(relation.fields, relation.name, relation.parent, chunk, relation.living)

    def _questions(self, rows: Sequence[Row]) -> Iterable[str]:
        """Yield the queries for all that other objects say about rows."""
        for relation in self.shape.relations:
            yield from self._queries(relation, self._parents(relation, rows))
        yield from self._worth_queries(rows)

    def _parents(self, relation: Relation, rows: Iterable[Row]) -> list[str]:
        if relation.name != "EmailMessage":
            return [row["Id"] for row in rows if row["Id"]]
        return [row["Id"] for row in rows if logs_mail(row["TaskSubtype"], row["Type"])]

    def _worth(self, rows: Sequence[Row]) -> Mapping[str, float]:
        """Return what accounts are worth a year, by id; without opportunities the worth is not known."""
        if self.shape.name != "Account" or self.value_from == "nothing":
            return {}
        if self.value_from == "annual_revenue":
            return {row.id: value for row in rows if (value := row.amount("AnnualRevenue")) is not None}
        sums = (one for query in self._worth_queries(rows) for one in rest.every(self.api, query))
        return {one.ref("AccountId") or "": one.amount("worth") or 0.0 for one in sums}

    def _worth_queries(self, rows: Sequence[Row]) -> Iterable[str]:
        if self.shape.worth and self.value_from == "won_opportunities":
            yield from map(soql.won, soql.in_chunks(row["Id"] for row in rows if row["Id"]))
