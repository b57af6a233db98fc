"""How export files come to Guardian, step by step, in Spanish and English."""

STEPS = {
    "es": (
        "Ponga en una carpeta los archivos exportados: mbox, Maildir, .eml, .ics, .vcf y los CSV de Salesforce.",
        "Escriba esa carpeta en path; las rutas relativas empiezan donde está guardian.toml.",
        "Compruébelo con `guardian connectors check`.",
    ),
    "en": (
        "Put the exported files into one folder: mbox, Maildir, .eml, .ics, .vcf, and the CSV files of Salesforce.",
        "Write that folder into path; relative paths start where guardian.toml is.",
        "Try it with `guardian connectors check`.",
    ),
}
