"""Turns the labelled Enron mails (docs/judge.md names their source) into an mbox: real mail to try everything on.

    python benchmarks/enron_mbox.py ../shared/data/enron_categories/data.jsonl enron.mbox

The data has no Message-IDs; each mail gets `<ID.enron-categories@enron.com>` from its own number.
"""

import json
import sys
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

POLICY = SMTP.clone(linesep="\n", max_line_length=900)


def as_message(row: dict[str, Any]) -> bytes:
    """Return one mail as RFC 5322 bytes, headers as the data tells them."""
    message = EmailMessage(policy=POLICY)
    message["From"] = _shown(row["x_from"] or "", row["from"])
    for field in ("to", "cc", "bcc"):
        addresses = [one.strip() for one in (row[field] or "").replace("\n", " ").split(",") if "@" in one]
        if addresses:
            message[field.capitalize()] = ", ".join(addresses)
    message["Subject"] = " ".join((row["subject"] or "").split())
    message["Date"] = parsedate_to_datetime(row["date"])
    message["Message-ID"] = f"<{row['id']}.enron-categories@enron.com>"
    message.set_content(row["text"] or "", cte="quoted-printable")
    return message.as_bytes()


def _shown(name: str, address: str) -> str:
    try:
        return str(Address(display_name=" ".join(name.replace('"', "").split()), addr_spec=address.strip()))
    except (ValueError, IndexError):
        return address.strip()


def as_mbox(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Yield the mbox, message by message, body lines that begin with From escaped (mboxrd)."""
    for row in rows:
        when = parsedate_to_datetime(row["date"]).strftime("%a %b %d %H:%M:%S %Y")
        lines = as_message(row).split(b"\n")
        escaped = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
        yield (
            f"From {row['from'].strip() or 'unknown'} {when}\n".encode("ascii", "replace")
            + b"\n".join(escaped)
            + b"\n"
        )


def main() -> None:
    """Write the mbox and say how many mails it holds."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    with source.open(encoding="utf-8") as lines, target.open("wb") as out:
        count = sum(1 for message in as_mbox(json.loads(line) for line in lines) if out.write(message))
    print(f"{count} mails in {target}")


if __name__ == "__main__":
    main()
