"""Figures with the words they need around them: how none at all, one and many are said."""

# None at all, one, many.
PLURALS: dict[str, dict[str, tuple[str, str, str]]] = {
    "es": {
        "day": ("{n} días", "{n} día", "{n} días"),
        "ago": ("hoy mismo", "hace {n} día", "hace {n} días"),
        "every": ("cada día", "cada día", "cada {n} días"),
        "workday": ("{n} días laborables", "{n} día laborable", "{n} días laborables"),
        "since workday": ("desde hoy mismo", "desde hace {n} día laborable", "desde hace {n} días laborables"),
        "workday ago": ("hoy mismo", "hace {n} día laborable", "hace {n} días laborables"),
        "times": ("ninguna vez", "una vez", "{n} veces"),
        "there were": ("no ha habido ningún contacto", "ha habido {n} contacto", "ha habido {n} contactos"),
        "wrote": ("ningún día", "un día", "{n} días distintos"),
    },
    "en": {
        "day": ("{n} days", "{n} day", "{n} days"),
        "more": ("{n} more days", "{n} more day", "{n} more days"),
        "ago": ("today", "{n} day ago", "{n} days ago"),
        "every": ("every day", "every day", "every {n} days"),
        "workday": ("{n} working days", "{n} working day", "{n} working days"),
        "since workday": ("since today", "for {n} working day", "for {n} working days"),
        "workday ago": ("today", "{n} working day ago", "{n} working days ago"),
        "times": ("never", "once", "{n} times"),
        "there were": ("there was no contact", "there was {n} contact", "there were {n} contacts"),
        "wrote": ("no day", "one day", "{n} different days"),
    },
}
