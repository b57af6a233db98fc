-- The server says where a recipient really goes; that is what counts, not how it was written.
conn = mt.connect(socket)
assert(mt.mailfrom(conn, "<ana@acme.example>") == nil)
mt.macro(conn, SMFIC_RCPT, "i", "4bXyz", "{rcpt_addr}", "luis@cliente.example")
assert(mt.rcptto(conn, "<luis%cliente.example@acme.example>") == nil)
assert(mt.data(conn) == nil)
assert(mt.getreply(conn) == SMFIR_CONTINUE, "DATA")
mt.disconnect(conn)
