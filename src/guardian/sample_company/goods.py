"""What Acme sells to each trade, as people write it in a sentence."""

from functools import cache

# Language and trade, then plural nouns without an article.
_GOODS = """
es hotel: toallas de rizo | fundas de colchón | bolsas de lavandería | zapatillas desechables | alfombrines de baño
es workshop: guantes de nitrilo | bobinas de papel | bolsas de absorbente | fundas de asiento | toallitas de taller
es optician: gamuzas de microfibra | estuches rígidos | esprays limpialentes | cordones de gafas | bandejas de taller
es school: pizarras blancas | toallas de papel | borradores | cajas archivadoras | recambios de rotulador
es builder: cascos de obra | discos de corte | guantes de cuero | cintas de balizar | chalecos reflectantes
es dental: batas desechables | guantes de vinilo | rollos de camilla | baberos | mascarillas FFP2
es restaurant: servilletas de lino | cajas kraft para llevar | rollos de film | velas de mesa | delantales
es bakery: bolsas de papel kraft | cajas para tartas | moldes de silicona
es hardware: candados | bridas de nailon | cintas métricas | guantes de carnaza | rodillos para pintar
en hotel: bath towels | mattress protectors | laundry bags | guest slippers | bath mats
en workshop: black nitrile gloves | blue paper rolls | absorbent pads | seat covers | degreaser wipes
en optician: microfibre cloths | hard cases | lens wipes | spectacle cords | repair trays
en school: whiteboard pens | paper towels | storage boxes | exercise books | first-aid refills
en builder: hard hats | cutting discs | rigger gloves | barrier tapes | hi-vis vests
en bakery: kraft bags | cake boxes | oven gloves
"""


@cache
def goods_for(language: str, trade: str) -> tuple[str, ...]:
    """Return what clients of a trade buy, as plural nouns without an article; KeyError for an unknown trade."""
    shelves = dict(line.split(": ") for line in _GOODS.strip().splitlines())
    return tuple(one.strip() for one in shelves[f"{language} {trade}"].split("|"))
