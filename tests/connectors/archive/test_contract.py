import shutil
from datetime import UTC, datetime
from pathlib import Path

from connectors.archive import connector
from connectors.archive.settings import ArchiveSettings
from guardian.connector_kit.contract import ConnectorContract
from guardian.ports.connector import Connector, Surroundings

SAMPLES = Path(__file__).parent / "samples"
MAIL = "From: a{n}@cliente.example\nTo: b@acme.example\nDate: Mon, 8 Jan 2024 09:00:00 +0100\n\n{n}\n"


class TestSamples(ConnectorContract):
    privacy = "metadata"

    def make(self, folder: Path) -> Connector:
        exports = folder / "exports"
        if not exports.exists():
            shutil.copytree(SAMPLES, exports)
            for n, name in enumerate(("cur/1700.a.host:2,S", "cur/1701.b.host:2,", "new/1702.c.host")):
                (exports / "Maildir" / name).parent.mkdir(parents=True, exist_ok=True)
                (exports / "Maildir" / name).write_text(MAIL.format(n=n))
            (exports / "Maildir" / "tmp").mkdir()
        surroundings = Surroundings(
            own_domains=frozenset({"acme.example"}),
            folder=folder,
            privacy=self.privacy,
            extra={"now": datetime(2024, 6, 1, tzinfo=UTC)},
        )
        return connector.open(ArchiveSettings(path="exports"), surroundings)


class TestSamplesInFull(TestSamples):
    privacy = "full"


class TestManyItems(ConnectorContract):
    """Feeds of more than one page each."""

    def make(self, folder: Path) -> Connector:
        exports = folder / "exports"
        if not exports.exists():
            (exports / "single").mkdir(parents=True)
            mails = [MAIL.format(n=n % 1100) for n in range(1201)]  # some of them twice
            (exports / "big.mbox").write_text("".join(f"From x Mon Jan  8 09:00:00 2024\n{mail}\n" for mail in mails))
            for n in range(505):
                (exports / "single" / f"{n:04d}.eml").write_text(MAIL.format(n=n))
            rows = "".join(f"Name {n},n{n}@cliente.example\n" for n in range(1500))
            (exports / "list.csv").write_text("Name,Email\n" + rows)
            (exports / "bad.ics").write_text(
                "BEGIN:VCALENDAR\n"
                + "".join(f"BEGIN:VEVENT\nUID:{n}\nDTSTART:2024010{n % 10}\nEND:VEVENT\n" for n in range(510))
                + "END:VCALENDAR\n"
            )
            for n in range(505):
                (exports / f"unknown{n}.bin").write_bytes(b"\x01\x02")
        surroundings = Surroundings(own_domains=frozenset(), folder=folder)
        return connector.open(ArchiveSettings(path="exports"), surroundings)
