-- Two mails on one connection know nothing of each other; the second one starts without an abort.
conn = mt.connect(socket)
local function offer(recipient, text, expected, name)
   assert(mt.mailfrom(conn, "<ana@acme.example>") == nil)
   assert(mt.rcptto(conn, recipient) == nil)
   assert(mt.data(conn) == nil)
   if mt.getreply(conn) ~= SMFIR_ACCEPT then
      assert(mt.header(conn, "Subject", "Oferta") == nil)
      assert(mt.eoh(conn) == nil)
      assert(mt.bodystring(conn, text) == nil)
      assert(mt.eom(conn) == nil)
   end
   assert(mt.getreply(conn) == expected, name)
end
offer("<luis@cliente.example>", "Segundo cretino\r\n", SMFIR_DISCARD, "first")
offer("<luis@cliente.example>", "Un saludo\r\n", SMFIR_ACCEPT, "second")
offer("<eva@acme.example>", "Entre nosotros, cretino\r\n", SMFIR_ACCEPT, "third")
mt.disconnect(conn)
