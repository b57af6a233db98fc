"""Nouns for people, and nouns of several words, as in English: a «client file» is no client, a «pig farm» no pig."""

import re
from collections.abc import Sequence

from guardian.nlp.lexicon.matcher import Hit
from guardian.nlp.reading import Sentence

PEOPLE = frozenset(
    """el la los las lo ese esa esos esas este esta estos estas aquel aquella alguno ninguno todos todas uno una
    gente equipo tropa panda jefe jefa jefes encargado encargada responsable director directora gerente presidente
    presidenta señor señora señores don doña sr sra dueño dueña dueños socio socia comprador compradora tio tia tios
    tipo tipa hijo hija hijos hermano hermana familia mujer marido chico chica chicos capataz secretaria secretario
    contador contadora ingeniero ingeniera abogado abogada lic administrador administradora comercial tecnico tecnica
    contadores ingenieros abogados administradores comerciales tecnicos encargados directores gerentes compradores
    dueños socios secretarias contable contables arquitecto arquitecta medico doctor doctora viejo vieja abuelo abuela
    padre madre nieto nieta sobrino sobrina yerno novio novia amigo amiga delegado delegada interlocutor contacto
    becario becaria recepcionista consultor consultora gestor gestora empleado empleada empleados operario operarios
    vigilante asistente
    people lads lot guy guys man woman men team crew crowd mob boss bosses owner manager buyer bloke blokes folks
    fella lady girl boy son daughter wife husband brother sister secretary accountant lawyer director foreman
    engineer lawyers owners managers buyers accountants directors engineers foremen secretaries sons brothers
    head one ones all both some half most fellow fellows chap chaps kid kids uncle auntie nephew niece mum dad mother
    father rep reps clerk surveyor architect receptionist contact consultant consultants solicitor solicitors
    supervisor chairman ceo cfo staff employees workers ji""".split()
)
_NO_NOUNS = frozenset(
    """a an the this that these those some any such all both each every who whom whose which what where how why
    he she it they him her them his its their our my your i you we us me himself herself itself themselves and
    or but nor so because if when while until although though since as than at in inside from of off on onto
    over out up down by with without within for to into about around behind between near under upon not no never
    ever even just only still really again always often sometimes usually also too now then here there today
    yesterday tomorrow tonight once twice later already alone either instead indeed perhaps maybe quite rather
    anyway period sorry please tbh imo imho lol lmao btw fyi mate mates guys lads folks sir madam pal is are was
    were be been being am has have had does did do will would can could shall should may might must isn't aren't
    wasn't weren't don't dont doesn't doesnt didn't won't can't cant cannot he's she's it's they're i'm you're
    we're i've we've i'd he'd she'd they'd i'll we'll he'll she'll pure plain full tho innit bro dude
    everyone everybody nobody somebody""".split()
)
_ADVERB = "ly"
_PARTICIPLE = re.compile(r"(?:ing|[^e]ed)$")  # «a clown wearing …», and not «feed»
_BEFORE_TRADES = frozenset("a an is are was were in".split())
_ABUSE = frozenset({"insult", "damn"})
_INSIDE = " -'’\n"  # what may stand between the words of one noun


def goes_on(sentence: Sentence, place: int, found: Sequence[Hit]) -> bool:
    """Say whether a word and the one behind it are one noun; `found` is all that is strong in the sentence."""
    words, spans, behind = sentence.words, sentence.places, place + 1
    if behind >= len(words) or sentence.text[spans[place][1] : spans[behind][0]].strip(_INSIDE):
        return False
    if any(hit.first == behind and hit.category in _ABUSE for hit in found):
        return False  # «that pig idiot»
    plain = words[behind] not in _NO_NOUNS and not words[behind].endswith(_ADVERB)
    return plain and sentence.text[spans[behind][0]].islower()


def begins_trade(sentence: Sentence, hit: Hit, found: Sequence[Hit]) -> bool:
    """Say whether abuse is but the first word of what somebody is or does: «a pest control company»."""
    words = sentence.words
    if hit.last >= len(words) or not hit.first or words[hit.first - 1] not in _BEFORE_TRADES:
        return False
    behind = words[hit.last]
    return behind not in PEOPLE and not _PARTICIPLE.search(behind) and goes_on(sentence, hit.last - 1, found)
