"""What mail programs write above what somebody else wrote, as patterns: labels, intros, separators and stamps."""

import re

LINE_CUT = 400  # characters of a line that are looked at
WINDOW = 7  # lines that a block of header lines may take

_LABELS = {
    "from": "from de von da desde remitente expéditeur mittente from/de remitent remetente absender"
    " nork bidaltzailea van afzender od nadawca från fra de_la",
    "sent": "sent enviado enviada enviado_el enviada_el enviado_em enviada_em gesendet envoyé inviato sent_on"
    " fecha_de_envío date_d'envoi gesendet_am envoyé_le inviato_il data_di_invio data_de_envio"
    " enviat enviat_el data_d'enviament enviado_o bidaltze-data bidalia verzonden verzonden_op wysłano wysłane",
    "date": "date fecha data datum fecha/date le noiz",
    "to": "to para an à a destinatario destinataire per pour per_a destinatari nori hartzailea aan do",
    "cc": "cc c.c. cco bcc kopie copia con_copia copie kopia dw",
    "subject": "subject asunto assunto betreff objet oggetto sujet assumpte tema gaia onderwerp temat",
    "other": "importance importancia attachments adjuntos reply-to responder_a priority prioridad anexos",
}
KIND = {name.replace("_", " "): kind for kind, names in _LABELS.items() for name in names.split()}
LABEL = re.compile(
    r"^\s{0,8}[*_]{0,2}([^\W\d_][\w.'’/ \xa0-]{0,18}?)[*_]{0,2}[ \xa0]?:[*_]{0,2}(?:\s+(.*)|)$", re.DOTALL
)
ANY_LABEL = re.compile(r"\s*[^\s:][^:]{0,24}[ \xa0]?:[*_]{0,2}\s")
AROUND_LABELS = "*_" + "".join(filter(str.isspace, map(chr, range(0x3001))))
LABEL_ENDS = 34  # characters within which a label has its colon
DATE_VALUE = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
STAMP = re.compile(
    r"^\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? +\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?(?: \w{2,5})?\s*$", re.I
)
LONGEST_STAMP = 80
SHORT_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}|\b(?:19|20)\d{2}\b")
TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
# A dot in the domain: Notes and Exchange write names such as Ana Ruiz/MAD/ACME@ACME.
ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,200}\.[^\s<>()\[\]\"',;:@.]{2,30}")
_VERBS = "escribió|escribio|ha escrito|escribía|wrote|writes|has written|escreveu|a écrit|schrieb|ha scritto|scrive"
LONGEST_VERB = max(map(len, _VERBS.split("|")))
FURTHEST_VERB = 200  # characters from the verb to the colon at the end of an intro


def _verb(behind_first: str = "") -> str:
    """Return a pattern for the verbs; `behind_first` follows their first letter.

    The first letters are spelled out in both cases: to search for one of a few letters is ten times faster than to
    search without regard to case.
    """
    forms = [
        f"{letter}{behind_first}(?i:{verb[1:]})"
        for verb in _VERBS.split("|")
        for letter in {"s": "sSſ"}.get(verb[0], verb[0] + verb[0].upper())
    ]
    return f"(?:{'|'.join(forms)})"


INTRO_START = re.compile(
    r"^\s*(?:el|en|on|le|il|am|em|no dia|a|à|lun|mar|mié|jue|vie|sáb|dom|mon|tue|wed|thu|fri|sat|sun)\b.{0,40}\d"
    r"|^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|^.{0,80}<[^<>@\s]+@[^<>\s]+>.{0,60}(?:" + _VERBS + ")"
    r"|^.{2,80}\b(?:" + _VERBS + r")\s?:\s*$|^\s*-{3,}\s*(?:el|en|on|le|il|am|em)\b.{0,40}\d",
    re.IGNORECASE | re.DOTALL,
)
# Zoho puts dashes around its intro, and no colon.
DASHED = re.compile(r"^\s*+-{3,}+\s*+(\S.*\w)\s*+-{3,}+\s*+$", re.DOTALL)
DAY = re.compile(r"^\s*(?:on|el|le|am|em|il)\b[^:]{0,40},\s*", re.IGNORECASE)  # of an intro that tells no time
VERB_AT_END = re.compile(_verb() + rf"\b[^:]{{0,{FURTHEST_VERB}}}:\s*$")
ADDRESS_AT_END = re.compile(r"\d{1,2}:\d{2}\b.*<[^<>@\s]+@[^<>\s]+>\)?\s*:\s*$")
VERB_WORD = re.compile(_verb(r"(?<!\w.)") + r"\b", re.DOTALL)
BRACKET = re.compile(r"[\[<(]")
SEPARATOR = re.compile(
    r"^\s*+(?:[-_=*]{2,}+\s*+(?:original message|original appointment|mensaje original|correo original"
    r"|mensagem original|message d'origine|message original|ursprüngliche nachricht|messaggio originale"
    r"|forwarded message|mensaje reenviado|mensagem encaminhada|message transféré|message transmis"
    r"|weitergeleitete nachricht|messaggio inoltrato|reply message|mensaje de respuesta)\s*+:?\s*+[-_=*]{2,}+"
    r"|[-_=*]{2,}+\s*+(?:forwarded by|reenviado por)\b.*[-_=*]{2}"
    r"|(?:begin forwarded message|inicio del mensaje reenviado|início da mensagem reencaminhada"
    r"|début du message réexpédié|anfang der weitergeleiteten nachricht|inizio messaggio inoltrato)\s*+:)\s*+$",
    re.IGNORECASE,
)
SEPARATOR_LETTERS = frozenset("-_=*aAbBdDiIİı")
SEPARATOR_OR_INTRO = re.compile(f"(?:{SEPARATOR.pattern})|(?:{INTRO_START.pattern})", re.IGNORECASE | re.DOTALL)
OPEN_WORDS = frozenset("el en on le il am em no lu ma mi ju vi do mo tu we th fr sa su be in".split())
MOST_OPENINGS = 4096
LATEST_BRACKET = 82  # characters within which the address of an intro begins
# The beginning of an intro up to its time, a name behind it: who is named is found behind the time alone.
DATED = re.compile(
    r"(?:[Ee][ln]|[Oo]n|[Ll]e|[Ii]l|[AaEe]m) [A-Za-zÀ-ÖØ-öø-ÿ0-9.,/ -]{1,34} [0-9]{1,2}:[0-9]{2}"
    r"(?=[ ,]{1,3}[^\W\d_]{2,40}[ (<\[])"
)
LONGEST_DATED = 300
NAME_IN_INTRO = re.compile(
    r"(?=[\dws])(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})?|\b(?:19|20)\d{2}|\bwrote|schrieb)(?:\s?[ap]\.?\s?m\b\.?)?(?-i:\s+\(?(?:GMT|UTC|[A-Z]{3,4}T)(?:[+-][\d:]+)?\)?)?"
    r"[\s,]*(?:(?:el|by|por|schrieb)\b)?\s*([^\d,<>()\[\]:]{2,60})",
    re.IGNORECASE,
)
# Outlook's mark before what one types inside of a quoted mail, bold and italic in HTML: some make stars of that.
ANSWER = re.compile(r"[\s*_/]*+\[\s*+([^\W\d_][^\[\]<>@:\d_]{1,58}[^\W\d_]\.?)\s*:?\s*\][\s:;,*_/–—-]*+")
