-- A megabyte of body in many chunks.
conn = mt.connect(socket)
assert(mt.mailfrom(conn, "<ana@acme.example>") == nil)
assert(mt.rcptto(conn, "<luis@cliente.example>") == nil)
assert(mt.data(conn) == nil)
assert(mt.header(conn, "Subject", "grande") == nil)
assert(mt.eoh(conn) == nil)
for _ = 1, 64 do
   assert(mt.bodystring(conn, string.rep("cada linea dice lo mismo que la anterior\r\n", 390)) == nil)
end
assert(mt.eom(conn) == nil)
assert(mt.getreply(conn) == SMFIR_ACCEPT or mt.getreply(conn) == SMFIR_DISCARD, "end of message")
mt.disconnect(conn)
