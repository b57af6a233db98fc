"""Little words, verbs and exclamations that sentences begin with, folded: a capital there makes no name of them."""

OPENERS = frozenset(
    """
    abajo about adjunto after again ahi ahora alguien all also and anda another answer antes anticipo any anyway
    aqui are asi ask attached avisa ayer back before below best between both bring buen buenas bueno buenos but
    cada call claro close cobra come como con could count cualquier cuando cuanto dale deje dejo del desde despues
    dice did dijo dile disculpa done due ella entiendo entre era esa ese eso esta estaba estamos este esto estoy
    every everybody everything falta faltan find firmo for found from fue full get give got gracias guys hable
    hasta have hay hemos her here his hola honestly hope how hoy igual jueves just keep kindly las leave les let
    listo llama llega llego lleva llevamos llevar lleve llevo los luego lunes make manda mandale mando mas may
    menos mientras miercoles mira muy nada nadie necesito need never new next nice nobody nos nosotros not nothing
    now nuestro off offer ojo one only otherwise otra our out oye para pasa per pero pick pide pidio please pls
    podemos ponle por porque puede puedo puse put que queda quedamos quedan quedo quick quien quiere quiero read
    regards rest revisa revise right salen salio same sat say see segun seguro send sent set shall she should sin
    since sincerely sobre solo some somebody someone son sorry soy still such sure sus take talk tambien tampoco
    tell ten tenemos tengo tenia thank thanks that the their then there these they this those tiene today todo
    told took trae una under until use useless usted vale vamos van vaya very viene vos voy wants well what when
    where which while who whoever with without would write yes you your yours
    """.split()
)
