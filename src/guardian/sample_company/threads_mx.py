"""Conversations in the Spanish of Mexico (notation: `thread_text`)."""

THREADS = """
== Cotización de {goods}
<< Ingeniero, ¿me podría cotizar {n} cajas de {goods}? De favor con entrega en sitio y factura a 30 días.
>> Con gusto. Le quedan en ${price} más IVA, puestas en su almacén. La cotización tiene vigencia de 15 días y, si me
confirma hoy, alcanza a salir en la ruta del {day}.
<< Confirmado, por favor. Le mando la orden de compra en un ratito.
>> Recibida la orden. Queda con el folio {ref}, ahorita le comparto la guía.

== Llegó incompleta la remisión
<< Oiga, la remisión marca {n} cajas de {goods} y nos bajaron cuatro menos. El chofer firmó de faltante, le mando la
foto.
>> Gracias por la foto, con eso se resuelve rápido. Las cuatro se quedaron en andén por un error de conteo nuestro.
Salen mañana temprano sin costo y le mando la nota de crédito del flete.
<< Ya llegaron, todo completo. Muchas gracias por la atención.
>> Para servirle. Le pedí al almacén que a ustedes les carguen con lista en mano.

== Complemento de pago
<< Buen día. ¿Nos puede enviar el complemento de pago de la factura {inv}? Contabilidad ya no nos deja cerrar el
mes.
>> Aquí va en PDF y XML. Una disculpa por la demora, el timbrado estuvo caído desde ayer.
<< Recibido, todo en orden. Que tenga excelente tarde.
>> Igualmente. Quedo al pendiente de lo que se ofrezca.

== Visita a planta el {day}
>> Ando por su rumbo el {day}. ¿Le late que pase a ver cómo les está funcionando lo de {goods}? No le quito más de
media hora.
<< Pásele a las 11, pero traiga chaleco porque aquí Seguridad no perdona ni al gobernador.
>> Con chaleco y casco llego. Nos vemos a las 11.
<< Gracias por la vuelta. Los muchachos quedaron contentos con la demostración, ya casi no preguntan cómo se usa.
>> Qué bueno. Les dejé dos carteles con el paso a paso por si entra gente nueva.

== Urge {goods}
<< Se nos vino encima el trabajo y nos urgen {goods}, aunque sean {n} piezas. ¿Cómo le hacemos?
>> Las tengo en la bodega de Tlaquepaque. Si manda por ellas hoy antes de las 6 se las tengo listas en mostrador; si
no, mañana en la primera ruta.
<< Va mi sobrino por ellas, trae una camioneta blanca toda chocada.
>> Aquí lo esperamos. Ya quedó con el folio {ref}.

== Lista de precios nueva
>> Le comparto la lista nueva antes de que entre en vigor. En {goods} el ajuste fue de 3.8 %, en lo demás se
sostiene. Si quiere amarrar precio, con pedido antes del {day} se lo respeto.
<< Se agradece que avise con tiempo, no como otros. Amárreme {n} cajas.
>> Amarradas. Se las voy surtiendo conforme me vaya diciendo.

== Prueba de {goods}
<< Fíjese que probamos las muestras de {goods} y la verdad salieron mejores que las que usamos. ¿Qué tiempo de
entrega manejan?
>> Qué gusto. Manejo 48 horas en zona metropolitana. Le propongo empezar con {n} cajas y revisar consumo al mes.
<< Juega. Mándeme los datos para el alta de proveedor, porque acá piden hasta la partida de nacimiento.
>> Le mando constancia fiscal, opinión de cumplimiento, estado de cuenta y comprobante de domicilio. La partida se
la debo.

== Cambio de domicilio de entrega
<< A partir del próximo pedido la entrega es en la bodega nueva, atrás del mercado. De favor que pregunten por
Lupita.
>> Ya quedó el domicilio nuevo en su ficha, con referencia y con Lupita como contacto. ¿Hay restricción de camión?
<< Nomás que no sea tráiler, porque no da vuelta.
>> Mandamos camioneta de 3.5. Gracias por el dato.

== Garantía de {goods2}
<< Nos salieron defectuosas varias de {goods2}, se abren a la segunda semana. Le mando video.
>> Ya lo vi, tiene razón. Le hago válida la garantía con cambio físico el {day} y reporto el lote al fabricante.
Aparte las malas para que el chofer se las traiga.
<< Listo el cambio. Estas sí se ven macizas.
>> Cualquier detalle me marca directo, aunque sea sábado.

== Estado de cuenta
>> Le comparto el estado de cuenta del mes. Aparece vencida la {inv}; me imagino que está en trámite. ¿Me ayuda con
la fecha de pago?
<< Sí, está programada para el {day}. Tuvimos cambio de firmas en el banco y se nos juntó todo.
>> Sin problema, así lo anoto. Gracias por la respuesta.
<< Ya quedó el pago, le adjunto comprobante.
>> Aplicado. Muchas gracias, le mando su complemento.

== ¿Manejan {goods2}?
<< Una pregunta, ¿ustedes también manejan {goods2}? Siempre se las compramos a otro y cada vez nos quedan peor.
>> Sí manejamos, y le puedo igualar el precio. Se las dejo en ${price} la caja, con entrega junto con su pedido
normal para que no pague doble flete.
<< Ah, pues debería presumirlo más. Agrégueme {n} cajas.
>> Lo presumo desde hoy. Van agregadas al folio {ref}.

== Capacitación para el personal nuevo
<< Entró gente nueva y no saben usar bien {goods}. ¿Nos podría dar otra platiquita como la de la vez pasada?
>> Con mucho gusto, sin costo. ¿Les queda el {day} a las 9? Llevo material para doce personas.
<< Perfecto, aquí les damos su café y su pan.
>> Por el pan voy aunque no hubiera plática. Agendado.

== Puente y entregas
>> Por el puente no habrá ruta el lunes. Si necesita {goods} para esos días, se las adelanto el {day}.
<< Adelántelas, por favor, porque nosotros sí trabajamos, ni modo.
>> Van el {day} a primera hora. Que el puente les sea leve.

== Factura con otro uso de CFDI
<< La {inv} trae uso de CFDI equivocado, nosotros manejamos gastos en general. ¿Se puede refacturar?
>> Claro, cancelo y sustituyo hoy mismo. Le pido nomás que acepte la cancelación en su buzón para que no se atore.
<< Aceptada.
>> Enviada la nueva. Dejé grabado el uso correcto para que no vuelva a pasar.
"""
