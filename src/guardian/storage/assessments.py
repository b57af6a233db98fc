"""The standing of every client, one row a client and day; of what is over a year old, one a month."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Row, and_, bindparam, delete, exists, extract, insert, select, tuple_

from guardian.domain.standing import Assessment, State, Why, WhyCode
from guardian.storage.engine import Database
from guardian.storage.past import there_at
from guardian.storage.tables import assessment, client

FIGURES = ("last_touch", "last_inbound", "cadence_days", "silent_days", "p_silent", "p_alive")
DAILY = timedelta(days=400)  # what is older is only there for replays, which a month's last row serves as well


class StoredAssessments:
    """The last assessments (`ports.assessments.Assessments`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, assessments: Sequence[Assessment], *, at: datetime) -> None:
        """Store the standing of these clients as of a moment, replacing theirs of the same UTC day.

        A client who was forgotten since he was assessed has none. Of each month that is further back than `DAILY`
        every client's last standing stays.
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
                connection.execute(_thinning(until=day - DAILY))

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


def _thinning(*, until: date) -> Delete:
    """Return what deletes the standings of days before one that another of the client's follows in the month."""
    old, later = assessment.alias(), assessment.alias()
    followed = exists().where(
        later.c.client_id == old.c.client_id,
        later.c.day > old.c.day,
        *(extract(part, later.c.day) == extract(part, old.c.day) for part in ("year", "month")),
    )
    # From the clients: along the primary key, without a look at the days that stay.
    which = select(old.c.client_id, old.c.day).join_from(client, old, old.c.client_id == client.c.id)
    key = tuple_(assessment.c.client_id, assessment.c.day)
    return delete(assessment).where(key.in_(which.where(old.c.day < until, followed)))


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
