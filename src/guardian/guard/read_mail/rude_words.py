"""Words that no ordinary signature, disclaimer or name has: where one stands, somebody wrote it for this mail.

They decide only what is judged, never how: whether it insults a client is for the judge to say, by words of its own.
"""

import re

from guardian.domain.cases import folded
from guardian.guard.read_mail.signature_lines import NAME

# Without accents. @ stands for o a os as; + for a plural; % for es.
_LISTED = """
    imbecil imbecil% idiota+ gilipolla+ gilipuertas subnormal subnormal% estupid@ cretin@ tarad@ inutil inutil% inept@
    payas@ tont@ tontolaba+ tontaina+ bob@ mamon mamon% mamona+ cabron cabron% cabrona+ cabronazo+ capull@ pendej@
    pelotud@ bolud@ culer@ culiao+ culiad@ weon weon% huevon huevon% gonorrea+ malparid@ malnacid@ hijoputa+ hijaputa+
    hijueputa+ put@ mierda+ punetero+ maldit@ asqueros@ sinverguenza+ canalla+ gentuza escoria ladron ladron% ladrona+
    estafador estafador% estafadora+ timador timador% mentiros@ embuster@ trampos@ caradura+ insoportable+
    inaguantable+ lameculos soplapollas cenutri@ zoquete+ mamarrach@ energumen@ palurd@ patan patan% majader@ pringad@
    tocapelotas tocahuevos tocanarices jodid@ joder cojones chingad@ ratero+ sorete+ sanguijuela+ patetic@ miserable+
    desgraciad@ analfabet@ ignorante+ incompetente+ histeric@ amargad@ prepotente+ ronic@ cansin@ maricon maricon%
    marica+ listill@ mafios@ hipocrita+ cobarde+ retrasad@ mentecat@ botarate+
    idiot+ idiotic moron+ moronic imbecile+ stupid dumb dumbass dumbass% asshole+ arsehole+ bastard+ bastardo+ bitch
    bitch% cunt+ dickhead+ prick+ twat+ wanker+ tosser+ knobhead+ bellend+ pillock+ plonker+ muppet+ numpty numpties
    clown+ fool+ retard+ retarded scum scumbag+ liar+ lying fuck+ fucking fucked fucker+ fuckwit+ shit+ shitty shite
    bullshit crap crappy damn damned bloody jerk+ douche+ douchebag+ loser+ useless pathetic incompetent clueless
    brainless lunatic+ nutter+ crook+ scammer+ nitwit+ halfwit+ dimwit+ dunce+ simpleton+ bonehead+ airhead+ dipshit+
    motherfucker+ cheapskate+ tightwad+ despicable disgusting insufferable obnoxious
"""
_ENDINGS = {"@": ("o", "a", "os", "as"), "+": ("", "s"), "%": ("es",)}
_RUDE = frozenset(
    folded(word.rstrip("@+%") + ending) for word in _LISTED.split() for ending in _ENDINGS.get(word[-1], ("",))
)
# People are called so, too.
_NAMES_TOO = frozenset(
    "moron cabron ladron ladrona capullo capulla bobo tonto payaso patan mamon bastardo bastard bastards crook crooks"
    " clown clowns fool loser jerk prick muppet boluda maldito damn".split()
)
_DISGUISED = str.maketrans("013457@$", "oieastas")
_WORD = re.compile(r"[^\W\d_]+")
_AROUND = ",.;:'\""
_POINTS = frozenset(
    "el la los las un una ese esa este esta the that this a menudo menuda vaya que mas muy so".split()
)
_OF = frozenset({"de", "of"})


def rude_words(text: str) -> frozenset[str]:
    """Return those words of a text that no signature has, without accents and capitals."""
    return _RUDE.intersection(_WORD.findall(folded(text).translate(_DISGUISED)))


def insults(name: str) -> bool:
    """Say whether the name of a person or a file may say more than how they are called."""
    found = rude_words(name)
    if not found:
        return False
    return not found <= _NAMES_TOO or _is_nickname(name)


def _is_nickname(name: str) -> bool:
    """Say it of one whose rude words are surnames as well: «Pedro el Bobo», «Pedro bobo»; but «Ana Bobo»."""
    words = [word.strip(_AROUND) for word in name.split()]
    plain = [folded(word) for word in words]
    named = any(map(NAME.match, words))
    for place, word in enumerate(words):
        if rude_words(word):
            before = plain[max(0, place - 2) : place]
            if before and before[-1] in _POINTS and not _OF.intersection(before[:-1]):
                return True
            if named and not NAME.match(word):
                return True
    return False
