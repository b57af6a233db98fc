"""How an administrator lets Guardian into Google Workspace, step by step, in Spanish and English."""

STEPS = {
    "es": (
        "En console.cloud.google.com cree un proyecto y active en él las API Gmail, People y Google Calendar.",
        "En IAM y administración, Cuentas de servicio, cree una cuenta de servicio, cree para ella una clave JSON "
        "y apunte su id. de cliente (un número). El archivo de la clave va en service_account = file:…, o "
        "guárdelo con `guardian secrets set`.",
        "En admin.google.com abra Seguridad, Controles de acceso a las API, Delegación de todo el dominio, y "
        "añada ese id. de cliente con estos permisos: https://www.googleapis.com/auth/gmail.metadata (con privacy "
        "= full: https://www.googleapis.com/auth/gmail.readonly), "
        "https://www.googleapis.com/auth/contacts.readonly y "
        "https://www.googleapis.com/auth/calendar.events.readonly.",
        "Escriba en mailboxes las direcciones de las personas cuyos datos se leen.",
        "Si solo una persona va a conectar su propia cuenta, cree un cliente OAuth de tipo Aplicación de "
        "escritorio y use `guardian connectors add NOMBRE google --login` con client_id, client_secret y "
        "mailboxes.",
        "Compruébelo con `guardian connectors check`: dice de quién ve datos y qué permiso falta.",
    ),
    "en": (
        "At console.cloud.google.com make a project and switch on in it the APIs Gmail, People and Google Calendar.",
        "Under IAM & Admin, Service accounts, make a service account and a JSON key for it, and note its client "
        "id (a number). The key's file goes into service_account = file:…, or keep it with `guardian secrets "
        "set`.",
        "At admin.google.com open Security, API controls, Domain-wide delegation, and add that client id with "
        "these scopes: https://www.googleapis.com/auth/gmail.metadata (with privacy = full: "
        "https://www.googleapis.com/auth/gmail.readonly), https://www.googleapis.com/auth/contacts.readonly and "
        "https://www.googleapis.com/auth/calendar.events.readonly.",
        "Write into mailboxes the addresses of the people whose data is read.",
        "If just one person connects their own account, make an OAuth client of the type Desktop app and use "
        "`guardian connectors add NAME google --login` with client_id, client_secret and mailboxes.",
        "Try it with `guardian connectors check`: it says whose data it sees and which scope is missing.",
    ),
}
