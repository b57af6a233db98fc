"""Whether a mail of ours asks the client for something or gives him something, as far as its words tell.

Give before you ask: who only hears from us when we want something stops listening. Words the list does not know count
for neither, so that nobody is accused of asking.
"""

import re
from enum import StrEnum

_LONGEST_READ = 2_000  # characters; what a mail is for stands at its beginning


class Purpose(StrEnum):
    """What a mail of ours is for."""

    ASKS = "asks"
    GIVES = "gives"
    NEITHER = "neither"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


_ASKS = _any(
    r"\bhab[eé]is (?:podido|decidido|visto|pensado)\b|\bha(?:s|n)? (?:podido|decidido) (?:ver|mirar|algo)",
    r"\b(?:me|nos) (?:confirm[aá]s|confirm[aá]is|confirma|confirman|dices|dec[ií]s)\b",
    r"\b(?:alguna|hay) (?:novedad|noticia|decisi[oó]n|respuesta)|\bnovedades\s*\?",
    r"\bsigu(?:es|e|en|[ií]s) interesad|\b(?:os|te|le) interesa(?:r[ií]a)?\b",
    r"\baprovechad? (?:la|esta) (?:oferta|promo)",
    r"\b(?:pedido|compra|renovaci[oó]n|firma|pago|factura) (?:pendiente|de (?:este|el) mes)",
    r"\bpendientes? de (?:pago|firma)|\bpara cu[aá]ndo (?:os|te|le)?\b",
    r"\bcu[aá]ndo (?:hac[eé]is|haces|har[eé]is|repet[ií]s|ten[eé]is previsto|pag[aá]is|lo necesit)",
    r"\bhave you (?:decided|had a chance|been able|thought|seen)\b",
    r"\bjust (?:following|checking|circling) (?:up|in|back)\b",
    r"\b(?:could|can|will) you (?:confirm|sign|pay|order|let me know|look at)\b|\bwould you be interested\b",
    r"\b(?:any|is there) (?:news|update|decision|feedback)\b|\b(?:still|are you) interested\b|\bspecial offer\b",
    r"\bready to (?:order|sign|go ahead)\b",
    r"\bwhen (?:will|are|do|can) you (?:order|reorder|sign|pay|renew|decid|need)",
    r"\b(?:overdue|outstanding|unpaid) (?:invoice|payment|balance)",
)
_GIVES = _any(
    r"\b(?:te|os|le) (?:paso|env[ií]o|mando|dejo|adjunto|invit\w+|confirmo)\b",
    r"\bpor si (?:te|os|le) (?:sirve|es [uú]til)",
    r"\bgracias por\b|\bfeli(?:z|ces|cidades)\b|\benhorabuena\b|\bsin coste\b|\bde regalo\b|\babonad[oa]\b",
    r"\bya est[aá] (?:resuelto|solucionado|arreglado|enviado)\b",
    r"\bhere (?:is|are) (?:the|a|some|your)\b|\bi(?:'m| am) (?:sending|attaching|sharing)\b|\bplease find\b",
    r"\bi(?:'ve| have) attached\b|\bin case it (?:helps|is useful)\b|\bthank(?:s| you) for\b|\bcongratulations\b",
    r"\bhappy (?:birthday|anniversary|new year)\b|\bfree of charge\b|\bon the house\b|\bi confirm\b",
    r"\b(?:has|have) been (?:fixed|solved|refunded|shipped)\b|\bthought (?:of you|you might)\b",
)


def purpose_of(text: str) -> Purpose:
    """Return what a mail of ours is for by its own words (Spanish, English); giving outweighs asking."""
    said = " ".join(text[:_LONGEST_READ].split())
    if _GIVES.search(said):
        return Purpose.GIVES
    return Purpose.ASKS if _ASKS.search(said) else Purpose.NEITHER
