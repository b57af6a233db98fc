"""Whether a change of the reader or the judge changed any verdict: every mail twice, before and after.

    python benchmarks/same_verdicts.py --write before.jsonl PLACE…      # with the old code
    python benchmarks/same_verdicts.py --against before.jsonl PLACE…    # with the new code

A PLACE is a folder or file of labelled mails (*.jsonl as in `corpus/`), a folder of mail files of any kind, or, with
`enron` in its name, the data.jsonl of labelled Enron mails, which is read as raw mail. Compared are what was read
(every passage, header and finding), the action, the reasons with their words, the language, and the scores to 1e-6.
Prints the CPU milliseconds of a mail as well.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from benchmarks.enron_mbox import as_message
from guardian.domain.mail import Audience, ClientRecipient, Mail
from guardian.guard import Policy, audience_of, decide, read_mail
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.read_mail import outer_header
from guardian.guard.scan import header_envelope
from guardian.nlp.corpus import read_samples
from guardian.nlp.judge import SpacyJudge

AS_GOOD_AS_EQUAL = 1e-6
CLIENT = ClientRecipient(address="laura.gomez@cliente.example", client="Cliente")
Row = dict[str, Any]


def mails(place: Path) -> Iterator[tuple[str, Mail, Audience]]:
    """Yield every mail of a place with a name and its readers, a client always among them."""
    if place.suffix == ".jsonl" and "enron" in str(place):
        for line in place.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield f"enron-{row['id']}", *_opened(as_message(row))
    elif place.suffix == ".jsonl" or any(place.glob("*.jsonl")):
        for number, sample in enumerate(read_samples(place)):
            yield f"{sample.author}-{sample.id}-{number}", sample.mail, sample.audience
    else:
        for file in sorted(one for one in place.rglob("*") if one.is_file()):
            yield str(file.relative_to(place)), *_opened(file.read_bytes())


def _opened(raw: bytes) -> tuple[Mail, Audience]:
    directory = SnapshotDirectory(own_domains=["enron.com", "acme.example"], domains={})
    readers = audience_of(header_envelope(outer_header(raw)), directory)
    clients = tuple(ClientRecipient(address=one, client=one.partition("@")[0]) for one in readers.others)
    mail = read_mail(raw, own_domains=["enron.com", "acme.example"])
    return mail, Audience(internal=readers.internal, clients=clients or (CLIENT,), others=())


def judged(places: list[Path], judge: SpacyJudge) -> Iterator[Row]:
    """Yield what is compared of every mail."""
    for place in places:
        began, count = time.process_time(), 0
        for name, mail, readers in mails(place):
            count += 1
            opinion, twice = judge.consider(mail, readers)
            verdict = decide(readers, opinion, mail, Policy())
            yield {
                "name": name,
                "read": hashlib.sha256(repr(mail).encode("utf-8", "replace")).hexdigest()[:16],
                "action": verdict.action.value,
                "twice": twice,
                "language": verdict.language,
                "reasons": [[one.code.value, one.span] for one in verdict.reasons],
                "scores": [verdict.score, opinion.threshold, *(one.score for one in verdict.reasons)],
                "degraded": list(verdict.degraded),
            }
        spent = 1000 * (time.process_time() - began) / max(count, 1)
        print(f"{place.name}: {count} mails, {spent:.2f} ms of CPU each", file=sys.stderr)


def differs(before: Row | None, after: Row | None) -> bool:
    """Say whether two rows are different verdicts."""
    if before is None or after is None:
        return True
    pairs = list(zip_longest(before["scores"], after["scores"], fillvalue=9.0))
    far = any(abs(one - other) > AS_GOOD_AS_EQUAL for one, other in pairs)
    return far or {**before, "scores": 0} != {**after, "scores": 0}


def compare(file: Path, rows: Iterator[Row]) -> int:
    """Print what differs from the rows of a file, and return how many mails do."""
    count, different = 0, 0
    with file.open(encoding="utf-8") as lines:
        for before, after in zip_longest(map(json.loads, lines), rows):
            count += 1
            if differs(before, after):
                different += 1
                print(json.dumps({"before": before, "after": after}, ensure_ascii=False))
    print(f"{count} mails, {different} of them judged otherwise")
    return different


def main() -> None:
    """Write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="+", type=Path)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", type=Path)
    what.add_argument("--against", type=Path)
    told = parser.parse_args()
    rows = judged(told.places, SpacyJudge())
    if told.against:
        sys.exit(min(compare(told.against, rows), 1))
    with told.write.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
