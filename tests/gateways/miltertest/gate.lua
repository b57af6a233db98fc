-- A mail among colleagues is accepted at DATA, before any of it moves.
conn = mt.connect(socket)
assert(mt.mailfrom(conn, "<ana@acme.example>") == nil)
assert(mt.rcptto(conn, "<eva@acme.example>") == nil)
assert(mt.data(conn) == nil)
assert(mt.getreply(conn) == SMFIR_ACCEPT, "DATA")
mt.disconnect(conn)
