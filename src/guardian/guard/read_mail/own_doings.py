"""Whether a text tells what its writer and his people do, or speaks to people whom he knows, as no disclaimer does.

Disclaimers say "we", too: that we have taken precautions, that you will please notify us. What else is done and by
whom somebody tells himself.
"""

import re

from guardian.domain.cases import folded

# What disclaimers say that we do, in Spanish and Portuguese; without accents, as everything in the first two lists.
_DONE_IN_DISCLAIMERS = """
    rogar informar comunicar notificar solicitar recordar indicar manifestar declinar lamentar procurar aceptar
    adoptar aplicar implantar implementar tratar utilizar usar procesar conservar guardar almacenar facilitar
    enviar respetar cuidar velar recomendar aconsejar reservar monitorizar supervisar revisar verificar comprobar
    analizar actualizar incorporar autorizar garantizar asegurar responsabilizar contactar ayudar ahorrar reciclar
    estar agradecer pedir advertir asumir disponer poder deber tener hacer poner recoger obtener ceder ofrecer
    remitir mantener cumplir proteger comprometer sugerir incluir contribuir responder reducir trabajar eliminar
    borrar compartir
""".split()
_OURS_IN_DISCLAIMERS = frozenset(
    f"{start}{ending}"
    for verb in _DONE_IN_DISCLAIMERS
    for start, ending in ((verb[:-1], "mos"), (verb, "emos"), (verb, "iamos"), (f"{verb[:-2]}e", "mos"))
) | frozenset(
    """
    somos seremos autoricemos tendremos podremos podriamos haremos pondremos dispondremos mantendremos obtendremos
    mismos ramos tramos gramos prestamos reclamos extremos supremos ultimos proximos legitimos maximos minimos intimos
    optimos anonimos seudonimos pseudonimos sinonimos animos centimos pesimos racimos
    """.split()  # the last two lines are no verbs
)
_HAD_IN_DISCLAIMERS = frozenset(
    """
    recibido recogido obtenido recabado adoptado tomado implantado implementado incluido incorporado verificado
    comprobado revisado actualizado modificado analizado escaneado dispuesto puesto procurado hecho podido autorizado
    establecido
    """.split()
)
_WE_DO = re.compile(r"\b(\w+[aei]mos)\b(?:(?=\s+(\w+)))?")
_HAVE = frozenset("hemos hayamos habiamos hubieramos".split())
_I_DID = re.compile(
    r"\b(?:yo|dije|hice|puse|metí|vendí|escribí|mentí)\b|\bhe(?:\s\w+)?\s\w+(?:ado|ido|cho|sto|rto|ito)\b"
    r"|\b(?!(?:por|aun)?qué\b|esté\b|café\b|comité\b|josé\b|até\b|també\b|vosté\b|\w+ché\b)\w{2,}é\b"
)
_YOU_DO = re.compile(r"\b(?!(?:hab|pod|ten|quer)éis\b|(?:hay|recib|dese|quer|se)áis\b)\w+[áé]is\b")
_BESIDE_VERBS = tuple(
    """
    have had will would can can't cannot could couldn't may might shall should must do don't did didn't won't are
    aren't were weren't am was be been being not never also always therefore hereby then now only just both all still
    already further
    """.split()
)
_WE_DO_IN_ENGLISH = re.compile(
    rf"\b(?:[Ww]e|WE|I)(?i:(?:'(?:ve|re|ll|d|m))?(?:\s+(?:{'|'.join(_BESIDE_VERBS)}|\w+ly)\b)*\s+([\w']+))"
)
_DONE_IN_ENGLISH_DISCLAIMERS = frozenset(
    """
    accept accepted advise apologise apologize appreciate ask assume believe check checked collect comply contact
    correct delete disclaim encourage encrypt endeavour ensure express guarantee hold hope inform intend maintain make
    monitor monitored need notify operate proceed process processing protect provide recommend record refer regret
    rely remind reply request require reserve respect respond retain review scan scanned secure sell send share
    store take taken thank transmit treat trust undertake use using value verify waive warrant welcome
    able aware bound committed grateful liable obliged pleased regulated required responsible sorry subject unable
    a an and as at in of or the to with our
    """.split()
)
_IN_THE_PAST = re.compile(r".*ed|told|lost|took|got|kept|said|gave|made|sold|bought|paid|hid|cut|put")
_TURNS = (
    "me equivoqué|i sent|i just sent|i accidentally|i have sent|i've sent|i forwarded|i mailed|i emailed"
    "|i copied|ni una palabra|not a word|not one word|entre tú y yo|between you and me|queda entre nosotros"
    "|quede entre nosotros|just between us|stays between us|this between us|it between us|ni se te ocurra|se entera"
    "|se entere|finds out|found out|ya sabes"
).split("|")


def tells_own_doings(text: str, *, done: bool = False) -> bool:
    """Say whether somebody tells what he or his people do, or have `done`, or speaks to people whom he knows."""
    said = text.replace("’", "'")
    lowered = said.lower()
    if any([turn in lowered for turn in _TURNS]) or _I_DID.search(lowered) or _YOU_DO.search(lowered):
        return True
    if any([_is_ours(found[1], found[2] or "", done=done) for found in _WE_DO.finditer(folded(said))]):
        return True
    return any([_is_ours_in_english(verb.lower(), done=done) for verb in _WE_DO_IN_ENGLISH.findall(said)])


def _is_ours(verb: str, following: str, *, done: bool) -> bool:
    if verb in _HAVE:
        return following not in _HAD_IN_DISCLAIMERS
    return not done and verb not in _OURS_IN_DISCLAIMERS


def _is_ours_in_english(verb: str, *, done: bool) -> bool:
    if verb in _DONE_IN_ENGLISH_DISCLAIMERS or verb in _BESIDE_VERBS or verb.endswith("ly"):
        return False
    return not done or bool(_IN_THE_PAST.fullmatch(verb))
