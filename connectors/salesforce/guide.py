"""How an administrator lets Guardian into Salesforce, step by step, in Spanish and English."""

STEPS = {
    "es": (
        "En Configuración, Gestor de aplicaciones (o Gestor de aplicaciones cliente externas), cree una "
        "aplicación conectada con OAuth: ámbitos api y refresh_token; suba en Usar firmas digitales el "
        "certificado cuya clave dará en private_key = file:…. Apunte la clave de consumidor (client_id).",
        "En las políticas de OAuth de la aplicación elija Los usuarios aprobados por el administrador están "
        "autorizados previamente.",
        "Cree un usuario de integración y un conjunto de permisos con API habilitada, Ver todos los datos y "
        "lectura de Usuario, Cuenta, Contacto, Candidato, Tarea, Evento y Mensaje de correo, y de Caso si va a "
        "escribir cases = true; asígnelo al usuario y a la aplicación. Su nombre de usuario va en username.",
        "En un entorno de pruebas escriba login_url = https://test.salesforce.com; con Mi dominio, su dirección, "
        "y en audience https://login.salesforce.com.",
        "Compruébelo con `guardian connectors check`: dice de quién ve datos, qué falta y cuánto del cupo diario "
        "está usado.",
    ),
    "en": (
        "Under Setup, App Manager (or External Client App Manager), make a connected app with OAuth: scopes api "
        "and refresh_token; under Use digital signatures upload the certificate whose key you will give as "
        "private_key = file:…. Note the consumer key (client_id).",
        "In the app's OAuth policies choose Admin approved users are pre-authorized.",
        "Make an integration user and a permission set with API Enabled, View All Data and read access to User, "
        "Account, Contact, Lead, Task, Event and Email Message, and to Case if you will write cases = true; assign "
        "it to the user and to the app. The user's name goes into username.",
        "For a sandbox write login_url = https://test.salesforce.com; with a My Domain its address, and into "
        "audience https://login.salesforce.com.",
        "Try it with `guardian connectors check`: it says whose data it sees, what is missing, and how much of "
        "the daily quota is used.",
    ),
}
