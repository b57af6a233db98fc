"""The standing of every client, one row a client and day."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, insert, select, tuple_

from guardian.domain.standing import Assessment, State, Why, WhyCode
from guardian.storage.engine import Database
from guardian.storage.past import there_at
from guardian.storage.tables import assessment, client

FIGURES = ("last_touch", "last_inbound", "cadence_days", "silent_days", "p_silent", "p_alive")


class StoredAssessments:
    """The last assessments (`ports.assessments.Assessments`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, assessments: Sequence[Assessment], *, at: datetime) -> None:
        """Store the standing of these clients as of a moment, replacing theirs of the same UTC day.

        A client who was forgotten since he was assessed has none.
        """
        if not assessments:
            return
        day = at.astimezone(UTC).date()
        same = and_(assessment.c.client_id == bindparam("whose"), assessment.c.day == day)
        # Alone: neither another night nor a person who is being forgotten may come between what is read and written.
        with self._database.writing(alone=True) as connection:
            there = set(connection.scalars(select(client.c.id)))
            rows = [_row(one, at) for one in assessments if one.client_id in there]
            if rows:
                connection.execute(delete(assessment).where(same), [{"whose": row["client_id"]} for row in rows])
                connection.execute(insert(assessment), rows)

    def latest(self, *, until: datetime) -> Sequence[Assessment]:
        """Return each client's last standing up to a moment, by client; none of one merged away or closed by then."""
        # Each client's last row is the end of a walk along the primary key, however many years lie before it.
        last = (
            select(assessment.c.day)
            .where(assessment.c.client_id == client.c.id, assessment.c.at <= until)
            .where(assessment.c.day <= until.astimezone(UTC).date())
            .order_by(assessment.c.day.desc())
            .limit(1)
            .correlate(client)
            .scalar_subquery()
        )
        which = tuple_(assessment.c.client_id, assessment.c.day)
        query = select(assessment).where(which.in_(select(client.c.id, last))).order_by(assessment.c.client_id)
        with self._database.reading() as connection:
            there = there_at(connection, until)
            return [_assessment(row) for row in connection.execute(query) if row.client_id in there]


def _row(one: Assessment, at: datetime) -> dict[str, Any]:
    reasons = [[why.code, why.figures] for why in one.reasons]
    return {
        "client_id": one.client_id,
        "day": at.astimezone(UTC).date(),
        "at": at,
        "state": one.state.value,
        "reasons": json.dumps(reasons, separators=(",", ":")),
        **{name: getattr(one, name) for name in FIGURES},
    }


def _assessment(row: Row[Any]) -> Assessment:
    return Assessment(
        client_id=row.client_id,
        state=State(row.state),
        reasons=tuple(
            Why(code=WhyCode(code), figures=tuple((name, value) for name, value in figures))
            for code, figures in json.loads(row.reasons)
        ),
        **{name: getattr(row, name) for name in FIGURES},
    )
