"""Secrets in the database, sealed; `stored:NAME` in guardian.toml stands for one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from guardian.storage.engine import Database
from guardian.storage.sealing import KeyRing, Sealed
from guardian.storage.tables import secret


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSecret:
    """That there is a secret, and since when; not what it is."""

    name: str
    key_id: str
    changed_at: datetime


class StoredSecrets:
    """The tenant's secrets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, name: str, plain: str, ring: KeyRing, *, now: datetime) -> None:
        """Keep a secret under a name, in place of an older one."""
        sealed = ring.seal(plain, place=name)
        values = {"key_id": sealed.key_id, "box": sealed.box, "changed_at": now}
        with self._database.writing(alone=True) as connection:
            if not connection.execute(update(secret).where(secret.c.name == name).values(values)).rowcount:
                connection.execute(insert(secret).values(name=name, **values))

    def get(self, name: str, ring: KeyRing) -> str | None:
        """Return a secret, or None where there is none of that name; UserError when it cannot be opened."""
        with self._database.reading() as connection:
            row = connection.execute(select(secret).where(secret.c.name == name)).one_or_none()
        return None if row is None else ring.open(Sealed(row.key_id, row.box), place=name)

    def remove(self, name: str) -> bool:
        """Drop a secret; return whether there was one."""
        with self._database.writing(alone=True) as connection:
            return bool(connection.execute(delete(secret).where(secret.c.name == name)).rowcount)

    def list(self) -> list[KeptSecret]:
        """Return all names, sorted."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(secret.c.name, secret.c.key_id, secret.c.changed_at).order_by(secret.c.name)
            )
            return [KeptSecret(name=row.name, key_id=row.key_id, changed_at=row.changed_at) for row in rows]

    def reseal(self, ring: KeyRing) -> int:
        """Seal everything with the ring's newest key, all or nothing; return how many secrets that was.

        The disk has it before this returns: what held the older keys may go then.
        """
        with self._database.writing(alone=True, durable=True) as connection:
            rows = connection.execute(select(secret).where(secret.c.key_id != ring.newest)).all()
            for row in rows:
                sealed = ring.seal(ring.open(Sealed(row.key_id, row.box), place=row.name), place=row.name)
                connection.execute(
                    update(secret).where(secret.c.name == row.name).values(key_id=sealed.key_id, box=sealed.box)
                )
            return len(rows)
