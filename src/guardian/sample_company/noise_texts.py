"""What fills a mailbox besides clients: newsletters, absences, and talk among colleagues (`thread_text` notation)."""

# << is the colleague in the warehouse, >> the rep.
INTERNAL_ES = """
== Inventario del viernes
<< Necesito que confirméis hoy qué reservas siguen vivas, que el viernes cuento y lo que no tenga nombre vuelve a la
estantería.
>> Las mías siguen todas menos la de los chalecos. Te paso la lista en un rato.

== Ruta de la semana que viene
>> ¿Podemos juntar las entregas de la costa en un solo día? Tengo tres pedidos pequeños y me da vergüenza mandar
tres furgonetas.
<< El martes cabe todo si me lo cierras antes del lunes a las 12.
>> Cerrado. Gracias, Toni.

== Etiquetas despegadas
<< Otra vez etiquetas despegadas en el andén. Voy a cambiar de rollo aunque proteste compras.
>> Apoyo la moción. He pedido perdón dos veces esta semana por lo mismo.

== Muestras
>> Toni, ¿me preparas una caja de muestras surtidas para la feria? Unas veinte piezas, lo más vistoso.
<< La tienes en mi mesa. He metido también el boli de los chinos, que se lo rifan.

== Números del mes
>> Cierro el mes un 3 % por encima. Lo flojo ha sido hostelería; lo comento el lunes en la reunión.
<< Buen mes. En almacén también hemos bajado roturas, que alguien lo diga el lunes.
"""

INTERNAL_EN = """
== Friday stock count
<< I need to know today which reservations are still live. Anything without a name on it goes back on the shelf.
>> All of mine except the vests. List to follow in ten minutes.

== Routes next week
>> Can we put the coast drops on one day? I have three small orders and it feels silly to send three vans.
<< Tuesday fits if you close them by Monday noon.
>> Closed. You're a star, Grace.

== Labels coming off
<< Labels are peeling off again on the dock. I'm changing the roll whatever purchasing says.
>> Seconded. That's two apologies I've made this week.

== Show samples
>> Could you make me up a box of samples for the show? Twenty pieces or so, whatever looks good on a table.
<< On my desk. I put the nice pens in too, don't let Daniel see them.

== Month end
>> Closing the month 3% up. Hospitality was soft, I'll cover it on Monday.
<< Nice. Breakages are down too, somebody please say so on Monday.
"""

# Sender | subject | text
PRESS_ES = """
Logística en titulares | La semana del almacén: cinco ideas para preparar pedidos con menos pasos | Rutas de última
milla, un almacén que reparte en bicicleta y la eterna pregunta de los palés.

Suministro Industrial | Boletín: normativa nueva sobre envases y qué cambia para el distribuidor | Resumimos el
reglamento en dos páginas y añadimos el calendario de plazos.

Cámara de Comercio | Agenda de cursos y ayudas a la digitalización | Inscripción abierta. Plazas limitadas.
"""
PRESS_EN = """
Trade Supply Weekly | Five ways to shave a day off your deliveries | Last-mile experiments, a warehouse that runs on
bicycles, and the eternal pallet question.

The Stockroom | New packaging rules, and what they mean for distributors | We boiled the regulation down to two pages
and a calendar.

Chamber of Commerce | Courses and grants this quarter | Registration is open. Places are limited.
"""

VISION_BULLETIN = (
    "Promoción de temporada: 2x1 en armazones seleccionados",
    "¿Ya le tocó su examen de la vista?",
    "Nueva sucursal Visión Clara en Plaza del Sol",
    "Lentes de contacto con 20 % de descuento",
)
VISION_BULLETIN_BODY = (
    "En Visión Clara cuidamos sus ojos. Conozca las promociones de este mes y agende su cita en línea.\n\n"
    "Si no desea recibir este boletín, haga clic en cancelar suscripción."
)

OUR_NEWS_ES = (
    "Novedades Acme: lo que entra este mes en almacén",
    "Le compartimos las novedades del mes: líneas nuevas, fechas de ruta y un par de ofertas de fin de lote.\n\n"
    "Para dejar de recibir estas novedades, use el enlace de baja.",
)

AWAY_ES = (
    "Respuesta automática: {subject}",
    "Estaré fuera de la oficina hasta el día {back}. Para asuntos urgentes pueden llamar al teléfono general. "
    "Responderé a mi regreso.",
)
AWAY_EN = (
    "Automatic reply: {subject}",
    "I'm out of the office until {back} with limited access to email. If it is urgent, please ring the main number.",
)
