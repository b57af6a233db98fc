"""What the lines of a signature look like, and what a line of written text looks like: in doubt it is text."""

import re

NAME = re.compile(
    r"^(?:[A-ZÁÉÍÓÚÑÜ][\w'’.-]*|de|del|la|las|los|y|i|van|von|da|dos|&|-|\|)(?:\s+(?:[A-ZÁÉÍÓÚÑÜ][\w'’.-]*|de|del|la|las"
    r"|los|y|i|van|von|da|dos|&|-|\|)){0,6}$"
)
_CONTACT = re.compile(
    r"https?://|www\.|\S@[\w-]+\.\w|\+?\d[\d\s().\-/]{6,}\d|^\s*(?:tel|tfno|teléfono|tlf|móvil|movil|mobile|cell|phone|fax"
    r"|ext|office|t|m|f|e|w)\s*[.:]|\b\d{5}\b"
    r"|\b(?:c/|calle|avda|avenida|plaza|street|st\.|road|rd\.|suite|floor|planta)\b",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"\b(?:director[a]?|gerente|responsable|jef[ea]|comercial|ventas|account|manager|sales|head|chief|ceo|cfo|cto|vp|president"
    r"|presidente|engineer|ingenier[oa]|consultant|consultor[a]?|assistant|administraci[oó]n|departamento|department|ejecutiv[oa]"
    r"|coordinador[a]?|officer|analyst|analista|specialist|s\.?l\.?u?\.?|s\.?a\.?|inc|ltd|llc|gmbh)(?![\w])",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"^\s*(?:(?:un |muchos )?(?:cordial(?:es)? |fuerte |gran )?(?:saludos?|abrazos?|besos?)"
    r"(?: cordial(?:es)?| y gracias| a todos)?"
    r"|saludos? cordial(?:es)?|(?:muy )?(?:atentamente|cordialmente)|quedo a (?:tu|su|vuestra) disposición"
    r"|(?:muchas )?gracias(?: y (?:un )?saludos?)?|(?:un )?saludo|atte\.?|hasta luego|s(?:alu)?2s?"
    r"|(?:many |kind |best |warm |warmest |with (?:best |kind )?)*(?:regards|wishes|thanks)"
    r"(?: and (?:best )?regards)?|rgds|br|best|cheers|(?:many )?thanks|thank you|sincerely(?: yours)?"
    r"|yours(?: (?:sincerely|faithfully|truly))?|cordially)"
    r"(?:\s*[,.!;–-]*\s*|\s*,\s*(?P<name>\S.{0,40}))$",
    re.IGNORECASE,
)
GOODBYE_LETTERS = frozenset("abcfghkmqrstuwyABCFGHKMQRSTUWY \t\xa0")  # with which goodbyes begin
_SENT_FROM = re.compile(
    r"^\s*[<(]?(?:enviado (?:desde|con|do)|sent (?:from|with|via)"
    r"|(?:get|obtener|obtén|descargar) outlook (?:for|para)|envoyé de|von meinem|inviato da)\s+(\S.{0,80})$",
    re.IGNORECASE,
)
DEVICE_LETTERS = frozenset("esgodviESGODVI <(\t\xa0")  # with which lines begin that tell the device
_LINK = re.compile(r"[<(]\s*(?:https?:|www\.)[^<>()]*[>)]?")
_DEVICES = frozenset(
    """
    iphone ipad ipod ios mac android samsung galaxy huawei xiaomi redmi poco oppo realme motorola nokia sony xperia
    htc pixel oneplus honor blackberry windows smartphone tablet tableta móvil movil mobile phone teléfono telefono
    handy celular celu cel tecno dispositivo device handheld watch outlook yahoo gmail mail correo proton
    """.split()
)
_BESIDE_DEVICES = frozenset(
    """
    mi my mon meu el the de del para for on con with en in desde from via app aplicación electrónico electronico
    seguro secure email wireless network red gesendet
    """.split()
)
_PARTS = re.compile(r"[^\W\d_]{2,}")
_MOST_BRANDS = 4
# Words that hold sentences together and that no signature has.
_JOINTS = frozenset(
    """
    es son era eran fue está están este estos esta estas ese esos esa esas esto eso que qué un una unos unas su sus lo
    los le les me se nos ha han he hay sois eres soy tiene tienen muy tan pero porque cuando vaya menudo menuda
    is are was were isn has have had that this these those their his her him he she they them you we what who not but
    because so don doesn didn
    """.split()
)
# In capitals people and places are spelt like these: Su Li, HAN, Portland SE.
_LIKE_NAMES = frozenset("su sus lo los le les me se ha han he her we so un don".split())
_WORD = re.compile(
    r"(?<![\w.@/&-])(?!(?<=\bde )los\b)([^\W\d_]{2,})(?![\w@/&-]|\.\w)(?:[\s'’]+[¡¿\"«“]?(?=([^\W\d_]{1,2})))?"
)  # a word by itself, and how the next one begins
_SHORT_FORM = re.compile(r"\b(?:it|i|there)['’](?:s|m|ve|d|ll)\b", re.IGNORECASE)
_PLAIN_WORD = re.compile(r"(?<![\w.@/:'’-])[^\W\dA-ZÁÉÍÓÚÑÜ_]{2,}(?![\w@/:]|\.\w)")
# Plain words of addresses and of ways to reach somebody.
OF_CONTACTS = frozenset(
    """
    de del la las los el al en of the and at to on or tel tfno tlf teléfono telefono móvil movil mobile cell phone fax
    ext office email mail correo web directo direct line centralita calle avenida plaza paseo polígono poligono
    industrial nave planta baja bajo piso puerta local oficina edificio bloque izquierda derecha izda dcha km
    carretera street road floor suite unit building tower site atención cliente clientes customer service support
    """.split()
)
# The full stop of a sentence, not of an abbreviation.
_FULL_STOP = re.compile(
    r"(?<=\w{4})(?<!corp)(?<!dept)(?<!dpto)(?<!ltda)(?<!hnos)(?<!prof)(?<!depto)\.$", re.IGNORECASE
)
_MOST_CHARS = 100
_MOST_WORDS, _MOST_IN_POSITION, _MOST_IN_SLOGAN = 14, 7, 7
_LOOKED_AT = 400  # characters of a longer line


def tells_the_device(line: str) -> bool:
    """Say whether a program says from what a mail was sent, and nothing else stands there: "Sent from my iPhone"."""
    match = _SENT_FROM.match(line)
    if not match:
        return False
    what = _LINK.sub("", match[1])
    words = _PARTS.findall(what.lower() if what.isupper() else what)
    others = [word for word in words if word.lower() not in _DEVICES | _BESIDE_DEVICES]
    named = any([word.lower() in _DEVICES for word in words])
    return named and "," not in what and len(others) <= _MOST_BRANDS and not any(map(str.islower, others))


def is_goodbye(line: str) -> bool:
    """Say whether a line takes leave, with a name behind or without."""
    if len(line) > 80:
        return False
    match = _GOODBYE.match(line)
    return match is not None and (not match["name"] or bool(NAME.match(match["name"].strip())))


def name_behind_goodbye(line: str) -> str:
    """Return the name with which a line takes leave; nothing where it has none."""
    match = _GOODBYE.match(line)
    return (match["name"] or "").strip() if match else ""


def is_sentence(line: str) -> bool:
    """Say whether a line has a word that holds a sentence together."""
    spelt_so = not _JOINTS.isdisjoint(_PARTS.findall(line.lower()))  # which is told at less cost
    if spelt_so and any([_joins(word, before) for word, before in _WORD.findall(line)]):
        return True
    return ("'" in line or "’" in line) and bool(_SHORT_FORM.search(line))


def _joins(word: str, before: str) -> bool:
    """Say it of one word, `before` another that begins so: names are spelt like some, in capitals."""
    lower = word.lower()
    if lower not in _JOINTS:
        return False
    if word.isupper():
        return len(before) > 1 and before.isupper() and lower not in _LIKE_NAMES
    return word.islower() or before.islower()


def looks_signed(line: str) -> bool:
    """Say whether a line is a name, a position or a way to reach somebody, and short."""
    if len(line) > _MOST_CHARS or len(line.split()) > _MOST_WORDS:
        return False
    return _has_its_shape(line) and not is_sentence(line)


def is_only_a_name(line: str) -> bool:
    """Say whether nothing but the look of a name makes a line a signature's."""
    return bool(NAME.match(line)) and not (_POSITION.search(line) or _CONTACT.search(line))


def tells_a_contact(line: str) -> bool:
    """Say whether there is a way to reach somebody in a line."""
    return bool(_CONTACT.search(line[:_LOOKED_AT]))


def looks_written(line: str) -> bool:
    """Say whether a line below a signature's mark is text all the same: a slogan is short and says little."""
    start = line[:_LOOKED_AT]
    if line[-1:] in "!?" or is_sentence(start):
        return True
    return not _reaches_somebody(start) if _CONTACT.search(start) else len(line.split()) > _MOST_IN_SLOGAN


def _has_its_shape(line: str) -> bool:
    if NAME.match(line):
        return True
    if _CONTACT.search(line):
        return _reaches_somebody(line)
    return bool(_POSITION.search(line)) and len(line.split()) <= _MOST_IN_POSITION and not ends_a_sentence(line)


def _reaches_somebody(contact: str) -> bool:
    """Say whether a line with a contact says nothing else."""
    return all([word in OF_CONTACTS or _POSITION.fullmatch(word) for word in _PLAIN_WORD.findall(contact)])


def ends_a_sentence(line: str) -> bool:
    """Say whether a line ends with the mark of a sentence, not of an abbreviation."""
    return line[-1:] in "!?" or bool(_FULL_STOP.search(line))
