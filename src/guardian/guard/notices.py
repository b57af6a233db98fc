"""What people are told about held mail, in Spanish and English."""

from collections.abc import Mapping
from dataclasses import dataclass

from guardian.domain.verdict import Reason, ReasonCode
from guardian.ports.holds import Hold

Catalogue = Mapping[str, Mapping[str, str]]

_REASONS: Catalogue = {
    "es": {
        ReasonCode.INSULT: "«{span}»: insulto sobre el cliente.",
        ReasonCode.CONTEMPT: "«{span}»: desprecio hacia el cliente.",
        ReasonCode.SARCASM: "«{span}»: burla sobre el cliente.",
        ReasonCode.VENTING: "«{span}»: desahogo contra el cliente.",
        ReasonCode.OBFUSCATED: "«{span}»: insulto disimulado sobre el cliente.",
        ReasonCode.CONCEALMENT: "«{span}»: algo que se quiere ocultar al cliente.",
        ReasonCode.COMPETITOR_LEAK: "«{span}»: revela al cliente el trato que recibe otro.",
        ReasonCode.UNSCANNABLE: "No se ha podido leer entero ({span}).",
    },
    "en": {
        ReasonCode.INSULT: "“{span}”: an insult about the client.",
        ReasonCode.CONTEMPT: "“{span}”: contempt for the client.",
        ReasonCode.SARCASM: "“{span}”: mockery of the client.",
        ReasonCode.VENTING: "“{span}”: venting about the client.",
        ReasonCode.OBFUSCATED: "“{span}”: a disguised insult about the client.",
        ReasonCode.CONCEALMENT: "“{span}”: something that is meant to be kept from the client.",
        ReasonCode.COMPETITOR_LEAK: "“{span}”: tells the client what terms another one gets.",
        ReasonCode.UNSCANNABLE: "It could not be read through ({span}).",
    },
}
_UNREAD: Catalogue = {
    "es": {
        "too_deep": "demasiados niveles",
        "too_many_parts": "demasiadas partes",
        "too_many_headers": "demasiadas cabeceras",
        "too_long": "demasiado texto",
        "encrypted": "está cifrado",
        "broken": "está dañado",
        "partial": "es solo un fragmento",
    },
    "en": {
        "too_deep": "too many levels",
        "too_many_parts": "too many parts",
        "too_many_headers": "too many header fields",
        "too_long": "too much text",
        "encrypted": "it is encrypted",
        "broken": "it is damaged",
        "partial": "it is a fragment only",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A subject and a text for one person."""

    subject: str
    text: str


def reason_sentence(reason: Reason, language: str) -> str:
    """Return why a mail is held, as a sentence that quotes the words."""
    tongue = language if language in _REASONS else "en"
    span = reason.span
    if reason.code is ReasonCode.UNSCANNABLE:
        span = _UNREAD[tongue].get(reason.span, reason.span)
    return _REASONS[tongue][reason.code].format(span=" ".join(span.split()))


_SENDER: Catalogue = {
    "es": {
        "subject": "Tu correo «{subject}» no se ha enviado todavía",
        "text": (
            "Tu correo «{subject}» está retenido porque {clients} está entre los destinatarios y dice:\n\n"
            "{reasons}\n\n"
            "El cliente no lo ha recibido, y tus compañeros tampoco. Puedes:\n"
            "  - enviarlo solo a tus compañeros:  guardian holds release-internal {id} --by {sender}\n"
            "  - descartarlo:                     guardian holds discard {id} --by {sender}\n"
            "Si debe llegar al cliente tal cual, tiene que autorizarlo otra persona. "
            "Si nadie decide en {hours} horas, vuelve a ti."
        ),
    },
    "en": {
        "subject": "Your mail “{subject}” has not been sent yet",
        "text": (
            "Your mail “{subject}” is being held because {clients} is among the recipients and it says:\n\n"
            "{reasons}\n\n"
            "The client has not received it, nor have your colleagues. You can:\n"
            "  - send it to your colleagues only:  guardian holds release-internal {id} --by {sender}\n"
            "  - discard it:                       guardian holds discard {id} --by {sender}\n"
            "If it must reach the client as it is, somebody else has to allow it. "
            "Without a decision within {hours} hours it comes back to you."
        ),
    },
}
_RETURN: Catalogue = {
    "es": {
        "subject": "Tu correo «{subject}» vuelve sin enviar",
        "text": (
            "Tu correo «{subject}» no se ha enviado a nadie. {why}\n\n{reasons}\n\n"
            "El original va adjunto, sin cambios."
        ),
        "expired": "Nadie decidió a tiempo.",
        "returned": "Así lo decidió {by}.",
    },
    "en": {
        "subject": "Your mail “{subject}” comes back unsent",
        "text": (
            "Your mail “{subject}” was not sent to anybody. {why}\n\n{reasons}\n\n"
            "The original is attached, unchanged."
        ),
        "expired": "Nobody decided in time.",
        "returned": "{by} decided so.",
    },
}


def sender_notice(hold: Hold, language: str, *, hours: int) -> Notice:
    """Return what the sender is told at once: what is held, why, and what he can safely do."""
    words = _SENDER[language if language in _SENDER else "en"]
    facts = {
        "subject": " ".join(hold.subject.split()),
        "clients": ", ".join(hold.verdict.clients),
        "reasons": _bullets(hold, language),
        "id": hold.id,
        "sender": hold.envelope.sender,
        "hours": str(hours),
    }
    return Notice(subject=words["subject"].format(**facts), text=words["text"].format(**facts))


def return_notice(hold: Hold, language: str) -> Notice:
    """Return what goes with a mail that comes back to its sender."""
    words = _RETURN[language if language in _RETURN else "en"]
    by = hold.decided_by or ""
    why = words["expired"] if by in ("", "guardian") else words["returned"].format(by=by)
    subject = " ".join(hold.subject.split())
    text = words["text"].format(subject=subject, why=why, reasons=_bullets(hold, language))
    return Notice(subject=words["subject"].format(subject=subject), text=text)


def _bullets(hold: Hold, language: str) -> str:
    return "\n".join(f"  - {reason_sentence(reason, language)}" for reason in hold.verdict.reasons)
