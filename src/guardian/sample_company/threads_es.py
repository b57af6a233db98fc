"""Conversations in the Spanish of Spain (notation: `thread_text`)."""

THREADS = """
== Pedido de {goods}
<< ¿Me mandas {n} cajas de {goods} para la semana que viene? Si mantenéis el precio de la última vez, adelante sin
más.
>> Apuntado: {n} cajas de {goods} al precio de siempre. Salen del almacén el {day} y te llegan al día siguiente
antes de las 12. El número de pedido es {ref}.
<< Perfecto. Que llamen cinco minutos antes, que nos tienen la calle levantada.
>> Avisado el transportista. Cualquier cosa, me dices.

== ¿Tenéis algo parecido a lo del catálogo viejo?
<< Estoy buscando {goods} como las referencias que salían en el catálogo de hace dos años, página 34. En la web
nueva no las encuentro por ningún lado y el formulario me devuelve al principio.
>> Esa referencia la descatalogó el fabricante, pero la que la sustituye es mejor y cuesta casi lo mismo. Te adjunto
la ficha y mañana te dejo una muestra, que paso cerca.
<< He visto la muestra y me convence. Pásame precio para {n} cajas.
>> {n} cajas, {price} € portes incluidos. Si me lo confirmas antes del {day}, te entra en el camión de esta semana.

== Factura {inv}: no me cuadra el IVA
<< En la factura {inv} venís con {goods} al 21 y el resto a otro tipo. Mi gestora se ha puesto a dar vueltas por el
despacho. ¿Me lo revisas, por favor?
>> Tienes razón, es un error nuestro al dar de alta el artículo. Ya le he pedido a contabilidad la rectificativa; la
tienes hoy en el correo y no hace falta que devuelvas nada.
<< Recibida la rectificativa. Mi gestora vuelve a respirar.
>> Dale recuerdos y mis disculpas. Un abrazo.

== Han llegado dos bultos de tres
<< El albarán dice tres bultos y han dejado dos. Falta el de {goods}, que es justo el que necesitaba. El chico decía
que él solo reparte lo que le cargan.
>> Lo tengo localizado: se quedó en la plataforma de la agencia con la etiqueta despegada. Sale esta tarde en
reparto urgente y mañana a primera hora lo tienes ahí. Perdona el trastorno.
<< Llegó a las 8:20. Gracias por moverlo tan rápido.
>> Me alegro. He pedido que etiqueten por dos caras vuestros envíos, a ver si no se repite.

== Presupuesto {goods} y {goods2}
<< Nos estamos planteando juntar en un solo proveedor {goods} y {goods2}. ¿Qué nos podéis ofrecer para el año
entero?
>> Encantada de mirarlo. Con vuestro consumo del año pasado os puedo dejar un 9 % menos en {goods} y precio cerrado
doce meses en {goods2}. Te mando la hoja con las dos opciones, con y sin almacenaje en nuestra nave.
<< La opción con almacenaje nos interesa, aquí no cabe un alfiler. ¿Cuánto tardaríais en servirnos desde allí?
>> Veinticuatro horas si pides antes de las 13:00. Si te parece, lo probamos tres meses y luego decidís.
<< Hecho. Empezamos el lunes.
>> Estupendo. Te paso el acuerdo a firma y doy de alta las referencias hoy mismo.

== Cambio de horario de descarga
<< A partir del {day} solo podemos recibir mercancía de 7:30 a 10:00. El ayuntamiento nos ha pintado la acera de
amarillo.
>> Sin problema, lo cambio en tu ficha y aviso a la ruta. Si algún día no llegan en ese margen, que te lo dejen al
día siguiente en vez de aparecer a mediodía.

== Consulta rápida sobre fichas de seguridad
<< Me piden en la inspección las fichas de seguridad de {goods}. ¿Las tienes a mano o se las pido al fabricante?
>> Las tengo. Van tres PDF adjuntos; la del bote azul es la que suelen mirar con lupa, está actualizada de este año.
<< El inspector se ha ido tan contento que se ha despedido con dos besos.
>> Eso no me ha pasado nunca ni con mi suegra. Enhorabuena.

== Devolución de {goods}
<< Pedimos {goods} y nos ha llegado otra medida. Está sin abrir. ¿Cómo hacemos para devolverlo?
>> No hagas nada: mañana te lo recogen y te dejan lo bueno en el mismo viaje. El error fue nuestro al preparar, los
códigos se llevan un solo dígito.
<< Ok, lo dejo en recepción con tu nombre.
>> Gracias por la paciencia. Te he hecho el abono completo del porte.

== Nos vemos en la feria
>> Te escribo porque estaremos en la feria de proveedores, pabellón 4, y me gustaría enseñarte una novedad en
{goods} que creo que te ahorra tiempo. ¿Te vas a pasar?
<< Voy el segundo día con mi cuñado, que es el que entiende. Guárdanos media hora a eso de las once.
>> Reservado a las 11. Tendré café decente, que el de la feria es un castigo.

== Subida de precios: te aviso antes
>> Prefiero que lo sepas por mí y no por la tarifa: el fabricante sube {goods} un 4,5 % desde el mes que viene. Si
te interesa, puedo reservarte {n} cajas al precio de ahora y te las voy sirviendo.
<< Se agradece el aviso. Resérvame la mitad de eso, que tampoco quiero dormir encima de las cajas.
>> Hecho, reservadas y con tu nombre en la estantería. Pide cuando te haga falta.

== Duda con la última remesa
<< Las últimas cajas de {goods} vienen con otro color y una de las chicas dice que huelen raro. ¿Habéis cambiado
algo?
>> Ha cambiado el fabricante el envase y la fragancia, la composición es la misma. He pedido el certificado para que
lo tengas por escrito. Si a tu gente no le gusta, lo cambiamos por la línea neutra sin coste.
<< De momento lo dejamos. Con el certificado me vale, que luego preguntan.
>> Te lo acabo de enviar. Y tomo nota de lo del olor, que no eres la única.

== Pago de {inv}
>> Te paso recordatorio de la {inv}, que venció el {day} y seguramente se os ha traspapelado. ¿Me dices qué fecha
tenéis prevista?
<< Estaba en la bandeja de mi marido, que es donde se muere todo. Sale la transferencia hoy.
>> Gracias, con eso cierro yo también el mes. Buen finde.

== Reunión para ver el consumo
>> He estado mirando vuestro consumo de {goods} y creo que estáis pidiendo en formato pequeño de más. ¿Te viene bien
que pase el {day} un rato y lo vemos con números?
<< Ven a partir de las cinco, que antes esto es una locura. Hay café, pero las sillas no prometen.
>> A las cinco y cuarto estoy allí. Llevo las sillas si hace falta.
<< Gracias por la visita, me quedo con la hoja. Nos ahorramos unos 600 € al año, que no es poco.
>> Me alegra que saliera útil. Lo revisamos en seis meses.

== Urgente: nos hemos quedado sin {goods}
<< Se me pasó pedir y nos quedan {goods} para hoy y gracias. ¿Hay alguna forma de tener aunque sea una caja mañana?
>> La hay: un compañero va para tu zona con la furgoneta y te lleva dos cajas a las 9. Te salvo yo y me invitas a un
cortado.
<< Dos cortados y una magdalena. Mil gracias.
>> Acepto la magdalena. Te pongo un aviso para que no te vuelva a pillar.

== Alta de nueva compañera en compras
<< Tenemos compañera nueva en compras. ¿La das de alta para que pueda hacer ella los pedidos pequeños? Yo sigo con los
contratos y con las broncas, si las hay.
>> Bienvenida a tu compañera. Le mando las tarifas y mi móvil, y quedo con ella por teléfono para explicarle los
plazos.

== Etiquetado en dos idiomas
<< Lo último de {goods} nos ha llegado etiquetado solo en portugués y en prevención nos lo han rechazado. ¿Hay
versión en español?
>> Sí, hay lote con etiqueta en castellano. Te cambio las {n} unidades sin coste; a cambio dime si la etiqueta
pequeña de atrás os vale o también la quieren grande.
<< La pequeña vale. Que sea antes del {day}, por favor.
>> Sale mañana. Antes del {day} lo tienes seguro.

== Muestras de {goods}
<< Me hablaste de unas muestras de {goods} sin plástico. ¿Siguen en pie? El jefe se ha vuelto ecologista después de
un documental.
>> Siguen en pie, y que vea más documentales. Te mando tres calidades; la del medio es la que mejor aguanta.
<< Probadas. La del medio, como decías. Queremos empezar con {n} cajas.
>> Anotado, {n} cajas, pedido {ref}. El precio es el mismo que la de plástico hasta final de año.

== Cierre por obras
<< Cerramos dos semanas por obras, así que anula la entrega del {day}, por favor. Volvemos con el suelo nuevo.
>> Anulada. Te guardo el pedido {ref} tal cual y lo suelto el día que me digas. Suerte con el polvo.
<< Ya estamos abiertos. Puedes soltarlo.
>> Sale mañana. Quiero ver ese suelo.

== Vale, ¿y {goods2}?
<< Ya que trabajamos tan bien con {goods}, ¿también lleváis {goods2}? No lo había visto en vuestro catálogo.
>> Claro, desde hace años, y es culpa mía no habértelo contado. Te paso precios: la caja sale a {price} € y a partir
de cinco te bonifico una.
<< Pues vaya descubrimiento. Ponme cinco y la de regalo.
>> Hecho. Y prometo contarte mejor lo que vendemos.

== El portal me echa
<< Vuestro portal de pedidos me echa cada vez que llego a la cesta. Lo he intentado con dos navegadores y con un
señor de informática.
>> Te he reiniciado la cuenta, tenía caducada la contraseña y el aviso no se mostraba. Prueba ahora y, si vuelve a
fallar, me dictas el pedido por teléfono y lo meto yo.
<< Ahora sí. El señor de informática se apunta el tanto.
>> Que se lo apunte, que hoy es generoso el día.
"""
