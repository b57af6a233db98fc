"""Spanish or English, told by little words and diacritics."""

import re

LANGUAGES = ("es", "en")

_ES = frozenset(
    """
    de la que el en y los se del las un por con no una su para es al lo como más mas pero sus le ya o este sí si
    porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les
    ni contra otros ese eso ante ellos e esto mí mi antes algunos qué unos yo otro otras otra él tanto esa estos
    mucho nada muchos cual sea poco ella estar estas algo nosotros mis tú tu te ti tus ellas os usted ustedes
    vos che señor señora hola buenos buenas gracias saludos hoy mañana ayer está están estamos son somos era fue
    ser tiene tienen hace hacer va van voy vamos cliente pedido factura favor estimado estimada adjunto quedo
    cordial día días semana lunes martes miércoles jueves viernes che don doña ahora bien aquí acá así aunque
    cada nunca siempre quiere dice
    """.split()
)
_EN = frozenset(
    """
    the of and to in is you that it he was for on are as with his they i at be this have from or had by but not
    what all were we when your can said there an each which she do how their if will up about out many then them
    these so some her would like him into has look two more go see no could my than been who its now did get
    come made may part it's i'm don't can't we're he's she's they're you're isn't doesn't won't didn't i've
    we've i'll that's our us me just please thanks thank hi hello dear regards best cheers order invoice
    customer client today tomorrow yesterday monday tuesday wednesday thursday friday week day days should also
    again still before after because any only
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SPANISH_SIGNS = re.compile(r"[ñÑáéíóúÁÉÍÓÚ¿¡]")
_ENGLISH_SIGNS = re.compile(r"\b\w{1,30}(?:'s|'re|'ll|n't|ing)\b", re.IGNORECASE)
_READ = 3000  # characters; more changes nothing


def is_little_word(word: str) -> bool:
    """Say whether a word in small letters is one of the commonest of either language."""
    return word in _ES or word in _EN


def leaning(text: str) -> float:
    """Return how Spanish a text looks: above 0 Spanish, below 0 English, 0 for no sign of either."""
    head = text[:_READ].replace("’", "'")
    words = " ".join(_WORD.findall(head)).lower().split()
    score = sum(map(_ES.__contains__, words)) - sum(map(_EN.__contains__, words))
    english = len(_ENGLISH_SIGNS.findall(head)) if "'" in head or "ng" in head.lower() else 0
    signs = len(_SPANISH_SIGNS.findall(head)) - 0.5 * english
    return (score + signs) / (len(words) + 3)


def language_of(text: str, prior: float = 0.0) -> str:
    """Return `es` or `en`; `prior` is the leaning of what stands around a text, which decides when in doubt."""
    return "es" if leaning(text) + prior * 0.5 > 0 else "en"
