"""Which mails a machine wrote: told from header fields, and from subject and words only as a last resort.

Word lists cannot keep up with senders; the header fields that mail programs agreed on can (RFC 3834, RFC 2919,
RFC 8058, RFC 6522, RFC 8098, RFC 5546).
"""

import re
from collections.abc import Collection, Iterable, Sequence

from guardian.domain.absence import is_absence_note, says_absent
from guardian.domain.activity import Signal
from guardian.domain.addresses import domain_of, is_robot_address, is_within, normalise_address, normalise_domain

_AUTO_REPLY_FIELDS = frozenset(
    """
    x-autoreply x-auto-reply x-autorespond x-autoresponse x-auto-respond x-autoresponder x-mail-autoreply
    x-autoreply-from x-autoresponder-re x-vacation x-amazon-auto-reply
    """.split()
)
_LIST_FIELDS = frozenset(
    "list-id list-post list-archive list-owner list-subscribe mailing-list x-mailing-list".split()
)
_MAILING_FIELDS = frozenset("x-campaign-id x-campaign x-csa-complaints".split())
# Sales programs write these into single mails too.
_UNSUBSCRIBE_FIELDS = frozenset("list-unsubscribe list-unsubscribe-post feedback-id".split())
_SYSTEM_FIELD = re.compile(
    r"^(?:x-guardian|x-zendesk|x-rt-|rt-|x-otrs|x-znuny|x-jira|x-servicenow|x-freshdesk|x-freshservice|x-helpscout"
    r"|x-redmine|x-bugzilla|x-trac|x-github|x-gitlab|x-phabricator|x-nagios|x-cron-env|x-zammad|x-osticket)"
)
_TICKET_MAILER = re.compile(r"\b(?:zendesk|otrs|zammad|osticket|freshdesk|servicenow|jira|redmine|bugzilla)\b", re.I)
_OWN_LIST = re.compile(r"\bguardian-(?:digest|notice)|\b(?:digest|notice)\.guardian\b", re.I)

_BOUNCE_SENDER = re.compile(r"^(?:mailer-daemon|mail-daemon|microsoftexchange[0-9a-f]{20,})\b", re.I)
_BOUNCE_SUBJECT = re.compile(
    r"^\W{0,3}(?:\[[^\]]{1,40}\]\s*)?(?:undeliver(?:ed|able)|returned mail|failure notice|delivery notification"
    r"|(?:(?:mail|message) )?delivery (?:status|failure|failed|has failed|error|delayed)|warning: could not send"
    r"|message (?:undeliverable|not delivered)|no se (?:puede|pudo|ha podido) entregar|(?:mensaje|correo) devuelto"
    r"|(?:(?:mensaje|correo) )?no entregado|devuelto|error (?:de|en la) entrega"
    r"|notificaci[oó]n de (?:estado|error) de (?:la )?entrega)",
    re.I,
)
_METHOD = re.compile(r"^METHOD(?:;[^:\r\n]{0,200})?:\s*([A-Za-z-]{1,40})", re.I | re.M)
_ATTENDEE = re.compile(r"^ATTENDEE\b[^\r\n]{0,4000}", re.I | re.M)
_PARTSTAT = re.compile(r";PARTSTAT=\"?([A-Za-z-]{1,40})", re.I)
_FOLD = re.compile(r"\r?\n[ \t]")
LONGEST_CALENDAR = 200_000  # characters of a calendar part that are read


def mail_signals(
    headers: Sequence[tuple[str, str]], *, sender: str, subject: str, text: str = "", names: Collection[str] = ()
) -> frozenset[Signal]:
    """Return what a mail's header fields say about it; empty for a person's first mail to a person.

    `headers` are (name, value) pairs in any order and case, `sender` the normalised address in From, `subject`
    decoded. `text` is what was newly written, where privacy lets it be read, and `names` the words its readers go by
    (`name_words`). REPLY goes with any of the others.
    """
    fields = _by_name(headers)
    reply = _reply(fields)
    report = _report(fields, sender, subject)
    if report:
        return reply | {report}
    found = {signal for signal, applies in _RULES if applies(fields, sender)}
    if not found and (says_absent(subject) or is_absence_note(text, names=names)):
        found.add(Signal.AUTO_REPLY)
    return reply | found


def itip_signals(method: str, partstats: Collection[str] = ()) -> frozenset[Signal]:
    """Return what an iTIP message (RFC 5546) means: its METHOD, and for a reply the PARTSTAT of who answers.

    A counter-proposal is an invitation back; a delegation is a no for oneself. Published calendars say nothing.
    """
    name = method.strip().upper()
    answers = {one.strip().upper() for one in partstats}
    if name == "REPLY":
        return frozenset({_answer(answers)}) if answers else frozenset()
    by_method = {
        "REQUEST": Signal.INVITE,
        "ADD": Signal.INVITE,
        "COUNTER": Signal.INVITE,
        "CANCEL": Signal.CANCELLED,
        "DECLINECOUNTER": Signal.DECLINE,
    }
    return frozenset({by_method[name]}) if name in by_method else frozenset()


def calendar_signals(calendar: str, *, method: str = "") -> frozenset[Signal]:
    """Return what the text/calendar part of a mail means; `method` is the parameter of its Content-Type."""
    text = _FOLD.sub("", calendar[:LONGEST_CALENDAR])
    named = _METHOD.search(text)
    attendees = _ATTENDEE.findall(text)
    partstats = [found.group(1) for line in attendees if (found := _PARTSTAT.search(line))]
    return itip_signals(method or (named.group(1) if named else ""), partstats)


def with_invitation(signals: frozenset[Signal], invitation: frozenset[Signal]) -> frozenset[Signal]:
    """Return the signals of a mail that carries an iTIP message, which a person caused though a machine wrote it."""
    if not invitation:
        return signals
    return (signals - {Signal.AUTO_REPLY, Signal.BULK, Signal.SYSTEM}) | invitation


def _answer(answers: set[str]) -> Signal:
    return Signal.DECLINE if answers <= {"DECLINED", "DELEGATED"} else Signal.ACCEPT


def _by_name(headers: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in headers:
        fields.setdefault(name.strip().lower(), []).append(value)
    return fields


def _token(fields: dict[str, list[str]], name: str) -> str:
    """Return the first word of a field in lower case, without comments and parameters."""
    return _first_word(fields.get(name, [""])[0])


def _tokens(fields: dict[str, list[str]], name: str) -> set[str]:
    return {_first_word(value) for value in fields.get(name, ())}


def _first_word(value: str) -> str:
    return re.split(r"[;(\s]", value[:200].strip(), maxsplit=1)[0].strip("\"'").lower()


def _reply(fields: dict[str, list[str]]) -> frozenset[Signal]:
    answers = any(value.strip() for name in ("in-reply-to", "references") for value in fields.get(name, ()))
    return frozenset({Signal.REPLY}) if answers else frozenset()


def _report(fields: dict[str, list[str]], sender: str, subject: str) -> Signal | None:
    """Return BOUNCE or RECEIPT for the mails that mail systems write about other mails."""
    content = fields.get("content-type", [""])[0][:1000].lower()
    if content.lstrip().startswith("multipart/report"):
        if "disposition-notification" in content:
            return Signal.RECEIPT
        if "delivery-status" in content or "report-type" not in content:
            return Signal.BOUNCE
    if content.lstrip().startswith("message/disposition-notification"):
        return Signal.RECEIPT
    if "x-failed-recipients" in fields or _BOUNCE_SENDER.match(sender):
        return Signal.BOUNCE
    from_machine = _null_return_path(fields) or sender.startswith("postmaster@") or not sender
    return Signal.BOUNCE if from_machine and _BOUNCE_SUBJECT.match(subject[:500]) else None


def _null_return_path(fields: dict[str, list[str]]) -> bool:
    return any("".join(value.split()) == "<>" for value in fields.get("return-path", ()))


def _auto_reply(fields: dict[str, list[str]], _sender: str) -> bool:
    if _tokens(fields, "auto-submitted") - {"", "no"} or _null_return_path(fields):
        return True
    if _token(fields, "x-auto-response-suppress").strip(",") not in ("", "none"):
        return True
    if any(_token(fields, name) not in ("", "no", "false", "0") for name in _AUTO_REPLY_FIELDS & fields.keys()):
        return True
    return (
        _token(fields, "precedence").replace("-", "_") in ("auto_reply", "auto")
        or _token(fields, "x-autogenerated") == "reply"
        or "autoresponder" in _token(fields, "delivered-to")
    )


def _bulk(fields: dict[str, list[str]], sender: str) -> bool:
    """Say whether a mail went to many.

    An unsubscribe link or a precedence alone does not say so of an answer to a mail of ours, nor do the marks of a
    list in the reader's own domain: that is a way into our house, whose members did not write the mail.
    """
    if is_robot_address(sender) or _any_of(_MAILING_FIELDS, fields):
        return True
    if _is_own_list(fields):
        return "feedback-id" in fields
    if _any_of(_LIST_FIELDS, fields) or _token(fields, "precedence") == "junk":
        return True
    marked = _any_of(_UNSUBSCRIBE_FIELDS, fields) or _token(fields, "precedence") in ("bulk", "list")
    return marked and not _reply(fields)


def _any_of(names: frozenset[str], fields: dict[str, list[str]]) -> bool:
    return any(value.strip() for name in names & fields.keys() for value in fields[name])


def _is_own_list(fields: dict[str, list[str]]) -> bool:
    """Say whether the list belongs to the domain of the mailbox that the mail was delivered to."""
    mailboxes = {domain_of(one) for value in fields.get("delivered-to", ()) if (one := normalise_address(value))}
    lists = [name for value in fields.get("list-id", ()) if (name := _list_name(value))]
    return bool(lists) and all(is_within(normalise_domain(one), mailboxes) for one in lists)


def _list_name(value: str) -> str:
    found = re.search(r"<([^<>\s]{1,250})>\s*$", value[:1000])
    return found.group(1) if found else value.strip()[:250]


def _system(fields: dict[str, list[str]], _sender: str) -> bool:
    mailer = " ".join([*fields.get("x-mailer", ()), *fields.get("user-agent", ())])[:500]
    own_list = any(_OWN_LIST.search(value[:500]) for value in fields.get("list-id", ()))
    return own_list or bool(_TICKET_MAILER.search(mailer)) or any(_SYSTEM_FIELD.match(name) for name in fields)


_RULES = ((Signal.AUTO_REPLY, _auto_reply), (Signal.BULK, _bulk), (Signal.SYSTEM, _system))
