-- What we ask of the server: no answers but to DATA and end of message, blanks kept, and no change to any mail.
conn = mt.connect(socket)
assert(mt.negotiate(conn, nil, nil, nil) == nil)
for name, option in pairs({
   connect = SMFIP_NR_CONN, helo = SMFIP_NR_HELO, mail = SMFIP_NR_MAIL, rcpt = SMFIP_NR_RCPT,
   header = SMFIP_NR_HDR, eoh = SMFIP_NR_EOH, body = SMFIP_NR_BODY, leading_space = SMFIP_HDR_LEADSPC }) do
   assert(mt.test_option(conn, option), name)
end
assert(not mt.test_option(conn, SMFIP_NR_DATA), "DATA has an answer")
for name, action in pairs({
   headers = SMFIF_ADDHDRS, body = SMFIF_CHGBODY, rcpt = SMFIF_ADDRCPT, delrcpt = SMFIF_DELRCPT,
   changed = SMFIF_CHGHDRS, from = SMFIF_CHGFROM }) do
   assert(not mt.test_action(conn, action), name)
end
mt.disconnect(conn)
