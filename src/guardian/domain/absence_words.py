"""What automatic replies say, and what only people say, in Spanish and in English: one idea a pattern."""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


_MAIL_ES = r"(?:correos?|mensajes?|e-?mails?|mails?|solicitud|consulta|buz[oó]n)"
_MAIL_EN = r"(?:e-?mails?|messages?|mails?|request|enquir(?:y|ies)|inquir(?:y|ies)|query)"
_MONTH_ES = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sept\w*|octubre|noviembre|diciembre)"
_DAY_ES = rf"(?:el |la |nuevo |primeros |finales |principios |mediados |dentro |\d|{_MONTH_ES}|ma[nñ]ana)"
_DAY_EN = (
    r"(?:the \d|on |in |at |by |mon|tue|wed|thu|fri|sat|sun|\d|next |after |tomorrow|early |late |mid|further|\w+ \d"
    r"|\w+uary|march|april|may|june|july|august|\w+ber|easter|christmas|the end)"
)

WRITTEN_BY_MACHINE = _any(
    rf"\b(?:este|el presente) (?:es un )?{_MAIL_ES}[^.?!]{{0,25}} autom[aá]tic",
    r"\besta (?:es una )?respuesta[^.?!]{0,25} autom[aá]tic",
    rf"\b{_MAIL_ES} (?:generad|enviad|respondid)[oa]s? (?:de forma |de manera )?autom[aá]tic",
    r"\b(?:acuse de recibo|respuesta|contestaci[oó]n) autom[aá]tic[oa]\s*[:.]",
    rf"\bno (?:responda|conteste|respond[aá]is|contest[eé]is)(?: a)? (?:este|el presente) {_MAIL_ES}\s*(?:[.!,]|$)",
    r"\bno es necesario que (?:responda|conteste)",
    rf"\bthis (?:{_MAIL_EN} |reply )?(?:is|was|has been) (?:an? )?(?:\w+ ){{0,2}}auto(?:mat\w+ \w|-)",
    rf"\b(?:do not|don't) (?:reply|respond) to this {_MAIL_EN}\s*(?:[.!]|$)",
)
DENIES_IT = _any(r"\b(?:no es|esto no|is not|isn't|not an?|not sure)\b[^.?!]{0,20}\bauto")

_PLACE_ES = r"(?:fuera|ausente|desconectad[oa]|cerrad[oa]s?|conduciendo|viajando|asistiendo|volando|disfrutando)"
_LEAVE_ES = (
    r"(?:vacaciones|vacacional|baja|viaje|permiso|licencia|excedencia|puente|feria|feriado|congreso|curso|formaci[oó]n"
    r"|evento|ruta|rodaje|obra|juicio)"
)
_AM_ES = r"(?:estoy|estar[eé]|estamos|estaremos|(?:me|nos|se) (?:encuentr\w+|encontrar\w+)|voy)"
_LEAVE_EN = r"(?:leave|vacation|holidays?|pto|sabbatical|(?:jury|military) (?:duty|service))"
_AM_EN = r"\b(?:i'?m|i am|i'?ll be|i will be|we'?re|we are|we(?:'ll| will) be|is|are|will be|be) (?:\w+ ){0,4}?"

# Somebody, or a whole house, is away or will be; or is there no longer.
AWAY = _any(
    rf"\b{_AM_ES}\b[^.?!]{{0,20}}?\b{_PLACE_ES}\b",
    rf"\b{_AM_ES}\b[^.?!]{{0,20}}?\b(?:de|en|con)(?: (?:un|una|la|el|periodo de|periodo))? {_LEAVE_ES}\b",
    r"\bno (?:estoy|estar[eé]|me encuentro|estamos|estaremos)\b[^.?!]{0,12}(?:disponible|localizable|en la oficina)",
    r"\b(?:permanec\w+|estar[aá]n?|est[aá]n?|estaremos) cerrad[oa]s?\b|\bcerrad[oa]s? por\b|\bcerramos por\b",
    r"\bcierr(?:a|an|o|e)\b[^.?!]{0,20} por\b|\b(?:es|somos|tenemos) (?:d[ií]a )?(?:festivo|fiesta)\b",
    r"\bhe (?:iniciado|comenzado|cogido|empezado) (?:una?|mi|el)\b|\bjornada (?:reducida|intensiva|parcial)\b",
    r"\bya no (?:trabaj|form|pertene|labor|est[aá])|\bdej[oó] de (?:labor|trabaj|prestar)",
    r"\b(?:ha|he) (?:dejado|abandonado) (?:la empresa|su puesto|de (?:trabajar|usar|utilizar|estar))",
    r"\b(?:dejo|dej[eé]) la empresa\b|\b(?:me|se) (?:he|ha) jubilado\b|\bpor jubilaci[oó]n\b",
    rf"\besta (?:cuenta|direcci[oó]n)[^.?!]{{0,20}}\bya no\b|\beste {_MAIL_ES} ya no\b",
    r"\b(?:durante|en) (?:mi|su) ausencia\b",
    rf"{_AM_EN}(?:out (?:of (?:the |my )?(?:office|town|country)|on|until|sick|today|this week|from)|ooo)\b",
    rf"{_AM_EN}(?:away|off (?:sick|work|the grid|until|today)|travell?ing|attending|in the field|closed)\b",
    rf"{_AM_EN}on (?:\S+ ){{0,4}}?{_LEAVE_EN}\b|\bi have (?:\w+ )?{_LEAVE_EN}\b",
    r"^\W{0,3}(?:currently )?(?:out (?:of (?:the )?office|from|until)|away (?:from|until))\b",
    rf"^\W{{0,3}}(?:currently )?on (?:\S+ ){{0,2}}?{_LEAVE_EN}\b",
    rf"^\W{{0,3}}(?:actualmente )?(?:fuera de la oficina|ausente|de {_LEAVE_ES}) ",
    r"\b(?:tak(?:e|ing)|on|enjoy(?:ing)?) (?:\S+ ){0,3}?(?:time off|days? off|break)\b",
    r"\bd[ií]as (?:libres|de descanso)\b",
    r"\bi (?:only )?work (?:part|from|mon|tue|wed|thu|fri)|\bmy working (?:days|hours)\b|\bin observance of\b",
    r"\bno longer (?:with|at|works?|employed|part of|in use)\b|\b(?:has|have|i'?ve) (?:now )?(?:left|retired)\b",
    r"\baddress has changed\b|\b(?:mailbox|inbox|account|address) (?:is|will be|has been) (?:no longer|closed)",
    r"\bin (?:my|her|his|their) absence\b|\bwhile i(?:'m| am) (?:away|out)\b|\bmoved on from\b",
)
# The mail will lie there unread.
UNREAD = _any(
    r"\b(?:acceso (?:muy )?limitado|sin (?:acceso|conexi[oó]n|cobertura|revisar|mirar|leer))\b",
    rf"\bno (?:podr[eé]|puedo|podemos|reviso|miro|leo|tengo acceso)\b[^.?!]{{0,30}}\b{_MAIL_ES}",
    r"\bsolo (?:leo|reviso|miro|atiendo)\b|\bya no se (?:consulta|lee|atiende|revisa|usa)\b|\bno tengo acceso\b",
    r"\b(?:limited|intermittent|no|little|poor|sporadic) (?:access|signal|internet|connectivity|wi-?fi)\b",
    r"\b(?:not|n't) (?:be )?(?:being )?(?:checking|monitor\w+|reading|accessing|forwarded)\b|\bdo not read\b",
    r"\bno longer (?:be )?(?:monitored|checked|read|in use|active)\b|\bonly check",
    r"\b(?:delayed|slow) (?:response|repl|to re)|\bslower than usual\b",
)
# When there will be an answer.
UNTIL = _any(
    r"\ba (?:la|mi|nuestr[ao]|su) (?:vuelta|regreso|reincorporaci[oó]n)\b|\bde nuevo a su\b",
    r"\ben cuanto (?:me|vuelv|regres|pued|sea)|\bdemorar|\btardar[eé]? en\b",
    rf"\b(?:hasta|desde|a partir del?)\b \W?{_DAY_ES}|\bdel? \d{{1,2}}[^.?!]{{0,20}} al?\b",
    r"\b(?:regreso|vuelvo|volver[eé]|regresar[eé]|me reincorporo|me incorporo) (?:el|a|en|ma[nñ]ana|d)",
    r"\b(?:contestar|responder|atender|leer)(?:[eé]|emos|[aá])\b|\bser[aá]n? (?:atendid|respondid|contestad|le[ií]d)",
    r"\bse (?:contestar|responder|atender)[aá]n?\b",
    r"\b(?:on|upon|after) my return\b|\b(?:will )?return(?:ing)? \w|\bonce i\b",
    r"\bback (?:in|on|at|by|after|\d|mon|tue|wed|thu|fri|next|to work)",
    r"\bwhen i(?:'m| am)? (?:return|get back|back|next|am)\b|\bas soon as (?:i|we|possible)\b",
    rf"\b(?:until|through|till|starting|from) {_DAY_EN}",
    r"\b(?:will|shall|i'?ll) (?:respond|reply|answer|reopen|get back|be (?:answered|returned|back|in touch))",
    r"\bbe (?:answered|returned)\b",
)
# Who helps meanwhile.
INSTEAD = _any(
    r"\burgen(?:te|cia|cias|tes)\b|\bmientras tanto\b|\bcorre prisa\b|\bapoyo inmediato\b",
    r"\b(?:en|durante) (?:mi|su) ausencia\b|\b(?:quedar?|estar?)[aá]? a cargo\b",
    r"\bme (?:sustituye|reemplaza|cubre)\b|\b(?:lo|la) (?:ocupa|lleva|atiende)\b|\bos? atiende\b",
    r"\bdir[ií]ja(?:n|se|nse)?\b|\bdirigi(?:rse|d)\b|\bcontact(?:e|en|ar|ad|a) (?:con|a)\b",
    r"\bcomun[ií](?:quese|carse)\b",
    r"\b(?:escr[ií]b|ll[aá]m)[ea](?:n|me|nos|nme|le)?\b|\bescrib(?:id|ile|an|ir)\b|\bllam(?:ad|en|ar)(?:me)?\b",
    r"\burgent|\bemergency\b|\btime-sensitive\b|\bimmediate(?:ly)? (?:assistance|attention|help)|\bin the meantime\b",
    r"\b(?:please|kindly|you can) (?:contact|call|try|e-?mail|write|direct|reach|refer|speak|ring|resend)\b",
    r"\bcontact \w|\breach out to\b|\bdirect your\b|\bin (?:my|her|his) absence\b|\bdealing with my\b",
    rf"\b(?:forward|send|address) (?:all |any |your )+{_MAIL_EN}\b|\bcan(?:'t|not) wait\b|\bno puede esperar\b",
    r"\bcover(?:ing|ed)? (?:for|by)\b|\bmy (?:deputy|successor)\b",
    r"\b(?:for|regarding) [^.?!]{0,30}(?:matters|correspondence|enquiries|inquiries|requests)\b",
)

# The mail arrived, says the house, and somebody will look at it.
ARRIVED = _any(
    rf"\b(?:hemos|he|ha sido|se ha) recibido (?:\w+ )?(?:su|tu|vuestr[oa])s? {_MAIL_ES}",
    rf"\b(?:su|tu|vuestr[oa]) {_MAIL_ES}[^.?!]{{0,15}} (?:ha sido recibid|ha llegado|se ha recibid)",
    r"\bgracias por (?:contactar|ponerse en contacto|escribirnos|dirigirse)\b|\b(?:le|te|les) agradecemos su\b",
    rf"\b(?:i|we)(?:'ve| have)? (?:received |got )?your {_MAIL_EN}",
    rf"\bthank(?:s| you) for your {_MAIL_EN}\W+i have received\b",
    rf"\byour {_MAIL_EN}[^.?!]{{0,12}} (?:has been|was|is) (?:received|logged)",
    r"\bthank(?:s| you) for (?:contacting|getting in touch|reaching out|writing to)\b|\bhigh volumes? of\b",
)
WILL_LOOK = _any(
    r"\ben breve\b|\ben (?:un|el) plazo\b|\blo antes posible\b|\ben \d+ (?:horas|d[ií]as)\b|\buno de nuestros\b",
    r"\bse pondr[aá]n? en contacto\b|\b(?:atender|responder|contestar)(?:emos|[aá])\b",
    r"\bser[aá] (?:atendid|respondid|contestad)|\bshortly\b|\bresponse times?\b|\ba member of (?:our|the)\b",
    r"\b(?:within|inside|in) (?:\d+|one|two|three|the next)\b|\bas soon as (?:we can|possible)\b",
    r"\bwill (?:get back|be in touch|reply|respond|contact)\b",
)

# What only somebody says who knows us: questions, wishes, orders, offers, small talk.
PERSON = _any(
    r"[¿?](?!\S*=)",
    r"\b(?:te|os) (?:llam|pas|mand|adjunt|escrib|dig|cuent|env[ií]|confirm|notific|coment|deb|veo|vemos)",
    r"\b(?:dime|decidme|ll[aá]mame|p[aá]same|mira|m[aá]nd(?:a|ad)(?:me|nos)|env[ií](?:a|ad)(?:me|nos))\b",
    r"\bconfirm(?:a|ad|ame|adme)\b|\b(?:necesit(?:o|amos)|adjunt(?:o|amos|ad[oa])|quer(?:emos|r[ií]a)|quiero)\b",
    r"\b(?:nos vemos|quedamos|conforme|perfecto|compro|pero|as[ií] que|aunque|luego|ojo|un abrazo)\b",
    r"\bha sido un placer\b|\b(?:llevo|llevar[eé]|seguir[eé]) yo\b|\byo mism[ao]\b",
    r"\b(?:can|could|would) you\b|\b(?:let me know|let's|shall we|send me|please send|give me|call me|tell me)\b",
    r"\b(?:i|we)(?:'ve|'d| have| would)? (?:read|seen|saw|need|want|like|love|looked|tried|go on|took|measured)\b",
    r"\b(?:attached|invoice|sorry|just so you know|by the way|but|yes|cheers|i'?m taking over)\b",
)
