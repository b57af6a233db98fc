"""How an administrator lets Guardian into Microsoft 365, step by step, in Spanish and English."""

STEPS = {
    "es": (
        "En entra.microsoft.com abra Identidad, Aplicaciones, Registros de aplicaciones y pulse Nuevo registro: "
        "nombre Guardian, un solo inquilino, sin URI de redirección. Apunte el id. de directorio (tenant_id) y el "
        "id. de aplicación (client_id).",
        "En Certificados y secretos suba el certificado cuyo archivo PEM dará en certificate = file:…, o cree un "
        "secreto y guárdelo con `guardian secrets set`; el certificado es más seguro.",
        "Para leer solo algunos buzones, asigne en Exchange Online los roles de aplicación Application "
        "Mail.ReadBasic (o Application Mail.Read con privacy = full), Application Calendars.Read y Application "
        "Contacts.Read sobre un ámbito de administración con esos buzones (RBAC for Applications), y no consienta "
        "los mismos permisos en Entra ID.",
        "Para leer todos los buzones, añada en Permisos de API los permisos de aplicación Mail.ReadBasic.All (o "
        "Mail.Read con privacy = full), Calendars.Read, Contacts.Read y User.Read.All, y pulse Conceder "
        "consentimiento de administrador.",
        "Si solo una persona va a conectar su propio buzón, active en Autenticación los flujos de cliente público "
        "y use `guardian connectors add NOMBRE outlook --login` con tenant_id, client_id y mailboxes; no hace "
        "falta secreto.",
        "Compruébelo con `guardian connectors check`: dice de quién ve datos y qué permiso falta.",
    ),
    "en": (
        "At entra.microsoft.com open Identity, Applications, App registrations and choose New registration: name "
        "Guardian, single tenant, no redirect URI. Note the Directory (tenant) id (tenant_id) and the Application "
        "id (client_id).",
        "Under Certificates & secrets upload the certificate whose PEM file you will give as certificate = "
        "file:…, or create a secret and keep it with `guardian secrets set`; the certificate is safer.",
        "To read some mailboxes only, assign in Exchange Online the application roles Application Mail.ReadBasic "
        "(or Application Mail.Read with privacy = full), Application Calendars.Read and Application Contacts.Read "
        "on a management scope with those mailboxes (RBAC for Applications), and do not consent to the same "
        "permissions in Entra ID.",
        "To read all mailboxes, add under API permissions the application permissions Mail.ReadBasic.All (or "
        "Mail.Read with privacy = full), Calendars.Read, Contacts.Read and User.Read.All, and choose Grant admin "
        "consent.",
        "If just one person connects their own mailbox, allow public client flows under Authentication and use "
        "`guardian connectors add NAME outlook --login` with tenant_id, client_id and mailboxes; no secret is "
        "needed.",
        "Try it with `guardian connectors check`: it says whose data it sees and which permission is missing.",
    ),
}
