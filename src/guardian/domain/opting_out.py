"""A client who asks not to be contacted any more: told by his own words, so only where they may be read."""

import re
from dataclasses import replace

from guardian.domain.absence import LONGEST_READ
from guardian.domain.activity import Activity, Kind, Signal

_MAILS = r"(?:correos?|mensajes?|publicidad|ofertas|promociones|comunicaciones|bolet\w+|newsletters?|llamadas)"
_MORE = r"(?:e-?mails?|messages?|offers|calls|mailings?|newsletters?|marketing|advertis\w+|promotions)"
_REACH = r"(?:escrib|llam|contact|molest)"

# What somebody says for himself of being contacted: neither what a footer offers ("if you no longer wish …") nor what
# is said of goods ("no nos mandéis más sillas azules") or of a contract ("quiero darme de baja del servicio").
_OPTS_OUT = re.compile(
    "|".join(
        (
            rf"\bno (?:me|nos) {_REACH}\w* m[aá]s\b",
            rf"\bno (?:me|nos) (?:env[ií]|mand)\w* m[aá]s {_MAILS}\b",
            rf"\bno (?:me|nos) vuelv[ae][ns]? a {_REACH}|\bno (?:me|nos) volv[aá]is a {_REACH}",
            rf"\bno (?:quiero|queremos|deseo|deseamos) (?:recibir (?:m[aá]s )?{_MAILS}|que (?:me|nos) {_REACH})",
            rf"\bdej(?:ad|a|en|e) de {_REACH}\w*(?:me|nos)\b",
            rf"\bdej(?:ad|a|en|e) de (?:enviar|mandar)(?:me|nos) {_MAILS}\b",
            rf"\bde baja\b[^.?!]{{0,30}}\b(?:listas?|env[ií]os|{_MAILS})\b",
            r"\b(?:borr|quit|elimin|s[aá]c)(?:adme|adnos|ame|anos|enme|ennos|arme|arnos)\b"
            r"[^.?!]{0,40}\b(?:listas?|base de datos|env[ií]os)\b",
            r"\bstop (?:e-?mailing|calling|contacting|messaging|writing to|bothering) (?:me|us)\b",
            rf"\bstop sending (?:me|us)\b[^.?!]{{0,30}}\b{_MORE}\b",
            r"\b(?:remove|take|delete) (?:me|us|(?:my|our) (?:e-?mail|address|details|number))\b"
            r"[^.?!]{0,30}\b(?:lists?|database|mailings?|records|contacts)\b",
            r"\bunsubscribe (?:me|us)\b",
            r"\b(?:do not|don't|never) (?:e-?mail|call|contact|write to|message) (?:me|us)\b"
            r"[^.?!]{0,20}\b(?:again|any ?more)\b",
            r"\b(?:i|we) (?:no longer|do not|don't) (?:wish|want) to"
            rf" (?:be contacted|hear from|receive (?:any )?(?:more |further )?(?:of )?(?:your )?{_MORE})",
        )
    ),
    re.I,
)


def with_opt_out(one: Activity, text: str) -> Activity:
    """Return a mail of a person with OPT_OUT where its new text asks not to be contacted any more, or as it was."""
    if one.kind is not Kind.EMAIL or one.signals - {Signal.REPLY}:
        return one
    said = " ".join(text[:LONGEST_READ].split())
    return replace(one, signals=one.signals | {Signal.OPT_OUT}) if _OPTS_OUT.search(said) else one
