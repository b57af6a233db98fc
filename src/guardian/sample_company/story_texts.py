"""The conversations that carry the stories: last words, yearly orders, first contacts (notation: `thread_text`)."""

LAST_WORDS_MIRAMAR = """
== Lencería de la temporada que viene
<< Me ha pasado dirección una oferta de otro proveedor para toda la lencería de la temporada que viene, con lo de
{goods} dentro. Yo estoy contenta contigo y preferiría no cambiar, pero necesito algo que enseñar arriba. ¿Puedes
acercarte a su precio?
>> Gracias por contármelo antes de decidir, Carmen. Lo veo hoy mismo con Marta y te llamo con una propuesta.
"""

LAST_WORDS_BRIGHTSIDE = """
== Switching to monthly orders?
<< Corporate wants us to move everything to one national vendor by next quarter. I told them you've never let us
down on {goods}, but I'd need a monthly price list from you to argue with. Could you put one together?
>> Thank you for fighting our corner. Let me build you that list, I'll have it over to you shortly.
"""

LAST_WORDS_FERMIN = """
== La boda del sábado que viene
<< Necesito saber ya si voy a tener las 300 servilletas de lino y los delantales nuevos para la boda. Son 280
invitados y la novia ha elegido el color ella misma. Si no llegan, dímelo y me busco la vida, pero dímelo.
"""

LAST_WORDS_HARBOUR = """
== Bath towels for the conference
<< We have 140 delegates arriving and the towels you quoted for are still not confirmed. I've asked Tom to hold the
budget until I hear from you. Can you tell me yes or no, please?
"""

SCHOOL_YEAR = """
== Pedido anual del centro
<< Como cada año por estas fechas, os paso el pedido del centro para el curso: {goods}, {goods2} y lo de siempre de
limpieza. Este año somos tres aulas más.
>> Gracias, Inmaculada. Te lo preparo con la misma tarifa del año pasado y entrega en cuatro semanas, cuando vuelve
el conserje. El pedido es el {ref}.
<< Perfecto. Hasta el año que viene, salvo incendio.
>> Que no lo haya. Buen curso a todos.

== Material para el curso
<< Toca el pedido grande: {n} cajas de {goods} y {n} de {goods2}. La lista completa va adjunta, con lo de infantil
aparte.
>> Recibida la lista. Lo tienes todo en cuatro semanas, como siempre, con lo de infantil en palé separado.

== Pedido de curso {ref}
<< Buenos días, Lucía, un año más. Nos hacen falta {goods} y {goods2}, y esta vez también cortinas para el salón de
actos, si las lleváis.
>> Un año más y que sean muchos. Las cortinas no las llevo, pero te paso el contacto de quien las hace bien. Lo
demás, reservado y con fecha para dentro de cuatro semanas.
<< Gracias por el contacto. Hasta la próxima lista.
>> Hasta la próxima, Inmaculada.

== Pedido anual de San Telmo
<< Aquí el pedido anual. La directora pregunta si se puede fraccionar el pago en dos.
>> En dos, sin recargo. La primera a la entrega y la segunda a los noventa días. Te llega todo en cuatro semanas.
"""

FIRST_CONTACT_ESPIGA = """
== Cajas para tartas, obrador nuevo
<< Abro obrador en Elche el mes que viene y una amiga del hotel me dio tu contacto. Busco cajas para tartas y bolsas
de papel kraft con nuestro sello. ¿Trabajáis con cantidades pequeñas?
>> Enhorabuena por el obrador, Noelia. Sí, desde {n} unidades, y el sello lo hacemos nosotros. Te mando muestras y
tarifa.
"""

FIRST_CONTACT_MAPLE = """
== Cake boxes for a small bakery
<< We met at the farmers market: I'm the one with the cardamom buns. You said you could do cake boxes in small runs.
Could you send me a price for a few hundred?
>> I remember the buns. Prices attached for 200, 500 and 1,000, and I'll mail you samples this week.
"""

FAREWELL_LARREA = """
== Cerramos la obra de Sestao
<< Cerramos Sestao y de momento no tenemos otra a la vista. Si entra algo, te aviso. Gracias por todo, Lucía.
>> Gracias a vosotros, Iñaki. Cuando entre la siguiente, aquí me tienes.
"""

LAST_WORDS_VISION = """
== Precios de {goods}
<< Estamos revisando proveedores para el año y sus precios de {goods} ya no son de los mejores. Vamos a verlo con
calma.
>> Gracias por decírmelo, Martha Elena. Déjeme revisar qué puedo hacer y le propongo algo.
"""

LAST_WORDS_YUNQUE = """
== Surtido del mes
<< Este mes nomás {n} cajas de {goods}. Está flojo, y los del almacén grande de la carretera andan dando barato.
>> Entendido, Don Chema. Se las mando el {day} y platicamos de los precios cuando ande por Tepic.
"""

INVITE_YUNQUE = "Revisión de precios con Acme"
DECLINE_YUNQUE = "Muchas gracias, pero ando muy ocupado. Luego lo vemos."
