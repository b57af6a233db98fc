"""A listener of few words, and how often it was asked."""

from dataclasses import dataclass, field

from guardian.domain.complaint import Heard, InboundKind, InboundWords


@dataclass
class PlainEar:
    """Hears a grave complaint in «queja», a remark in «pega», and that all is settled in «resuelto»."""

    asked: list[InboundWords] = field(default_factory=list)

    def heard(self, mail: InboundWords) -> Heard:
        self.asked.append(mail)
        said = f"{mail.subject} {mail.text}"
        for word, severity in (("queja", 2), ("pega", 1)):
            if word in said:
                return Heard(kind=InboundKind.COMPLAINT, severity=severity, spans=(word,), score=0.9)
        return Heard(kind=InboundKind.THANKS, settled="resuelto" in said, score=0.8)
