"""Words that may be ours or the client's are judged both ways, and the worse counts."""

from dataclasses import dataclass, field

import pytest

from guardian.domain.mail import Audience, Envelope, Mail, Voice
from guardian.domain.verdict import Action, Opinion, Reason, ReasonCode
from guardian.guard.check import Guard
from guardian.guard.decide import Policy
from guardian.guard.directory import SnapshotDirectory
from tests.guard.fakes import eml

DIRECTORY = SnapshotDirectory(own_domains=["acme.example"], domains={"cliente.example": "Cliente"})
CLIENT = "luis@cliente.example"
THREAD = (
    "{top}\n\nDe: {name}\nEnviado el: jueves, 5 de marzo de 2026 10:00\nPara: Ana Ruiz\nAsunto: P\n\n{below}\n"
    "Os paso el pedido de siempre.\nDiez cajas y dos palés, entrega el jueves.\n"
)
INSULT = "Menudo imbécil."


@dataclass
class ShareJudge:
    """Finds an insult the worse, the fewer other words of ours there are."""

    read: list[str] = field(default_factory=list)

    def judge(self, mail: Mail, audience: Audience) -> Opinion:
        """Score by the share of the insult in our words."""
        ours = "\n".join(one.text for one in mail.passages if one.voice in {Voice.NEW, Voice.OWN_QUOTED})
        self.read.append(ours)
        found = (Reason(code=ReasonCode.INSULT, span=INSULT, score=0.9),) if INSULT in ours else ()
        return Opinion(score=len(INSULT) / len(ours) if found else 0.0, threshold=0.07, language="es", reasons=found)


def judged(body: str, to: str = CLIENT, *others: str) -> tuple[Action, list[str]]:
    """Return what becomes of a mail to the client, and what the judge read as ours; others get it unseen."""
    judge = ShareJudge()
    envelope = Envelope(sender="ana@acme.example", recipients=(to, *others))
    return Guard(judge, DIRECTORY, Policy()).check(envelope, eml(body, To=to)).action, judge.read


@pytest.mark.parametrize(("top", "below"), [(INSULT, "Hola, Ana:"), ("Hola:", INSULT)])
def test_an_insult_is_found_whosever_the_doubtful_words_are(top: str, below: str) -> None:
    action, read = judged(THREAD.format(top=top, name="Luis Gil", below=below))
    assert action is Action.HOLD
    assert ["Os paso el pedido" in ours for ours in read] == [True, False]


@pytest.mark.parametrize("name", ["Luis Gil <luis@cliente.example>", "Ana Ruiz", "Marta Sanz"])
def test_a_mail_without_doubtful_words_is_judged_once(name: str) -> None:
    assert len(judged(THREAD.format(top="Hola:", name=name, below="Hola:"))[1]) == 1


def test_a_colleague_in_the_envelope_alone_may_be_who_is_quoted() -> None:
    body = THREAD.format(top="Hola:", name="Luis Gil", below=INSULT)
    assert judged(body, "gil@cliente.example")[0] is Action.PASS
    assert judged(body, "gil@cliente.example", "lgil@acme.example")[0] is Action.HOLD
