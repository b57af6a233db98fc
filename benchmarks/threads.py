"""Mails for the gateway to carry: answers above what was said before, as business mail is, no two alike."""

import itertools
import json
import random
from pathlib import Path

from guardian.domain.mail import Audience, ClientRecipient
from guardian.guard import read_mail
from guardian.nlp.judge import SpacyJudge

CORPUS = Path(__file__).parents[1] / "corpus" / "train"
PLAIN = frozenset({"normal_client", "firm_client", "apology"})
CLIENT = "luis@cliente.example"
MAILS = 20  # different ones of each size
ASKING = 0.17  # of real business mail asks for a second look (benchmarks/judge.py)
MOST_TRIES = 20


def mails_of(size: int, folder: Path, judge: SpacyJudge) -> list[Path]:
    """Write twenty mails of so many kilobytes, no two alike: an answer above what was said before.

    As many of them ask for a second look as of real business mail, where mails of the size do at all.
    """
    said = [json.loads(line) for file in sorted(CORPUS.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    chosen = [one["text"] for one in said if one["kind"] in PLAIN and 200 < len(one["text"]) < 400]
    dice = random.Random(size)
    files = []
    for number in range(MAILS):
        for _ in range(MOST_TRIES):
            dice.shuffle(chosen)
            mail = thread(size * 1024, chosen, dice)
            if asks(judge, mail) == (number < ASKING * MAILS):
                break
        files.append(folder / f"{size}-{number}.eml")
        files[-1].write_text(mail, "utf-8")
    dice.shuffle(files)
    return files


def asks(judge: SpacyJudge, mail: str) -> bool:
    """Say whether the judge looks twice at a mail."""
    client = ClientRecipient(address=CLIENT, client="Cliente")
    return judge.consider(read_mail(mail.encode()), Audience(internal=(), clients=(client,), others=()))[1]


def thread(size: int, texts: list[str], dice: random.Random) -> str:
    """Return a mail of so many bytes: an answer, and under it what the client, and now and then we, wrote before."""
    lines = ["Subject: Re: Oferta", "From: Ana <ana@acme.example>", "To: Luis <luis@cliente.example>"]
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", *texts[0].splitlines(), ""]
    for number in itertools.count(1):
        if sum(len(line.encode()) + 1 for line in lines) >= size:
            break
        day, month = dice.randint(1, 28), dice.choice(["ene", "mar", "abr", "jun", "sep", "nov"])
        who = "Ana <ana@acme.example>" if number % 16 == 0 else "Luis <luis@cliente.example>"
        lines += ["", f"El {day} {month} 2026 a las {dice.randint(8, 19)}:{dice.randint(10, 59)}, {who} escribió:"]
        lines += [f"> {line}" for line in texts[number % len(texts)].splitlines()]
    return "\n".join(lines) + "\n"
