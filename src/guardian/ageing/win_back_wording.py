"""The steps of winning a client back in whole sentences, in Spanish and in English."""

from guardian.domain.win_back import Step

_STEPS = {
    "es": {
        Step.CALL: "Llamarle para preguntar cómo está y escuchar, sin vender nada.",
        Step.GIVE: "Enviarle algo útil para su negocio, sin pedir nada a cambio.",
        Step.VISIT: "Proponerle una visita y contarle lo que aún no sabe de vosotros.",
    },
    "en": {
        Step.CALL: "Call to ask how things are and to listen, without selling anything.",
        Step.GIVE: "Send something useful for its business, without asking for anything.",
        Step.VISIT: "Propose a visit, and tell what it does not know of you yet.",
    },
}


def step_sentence(step: Step, language: str) -> str:
    """Return a step as one sentence in `es` or `en`; KeyError for another language."""
    return _STEPS[language][step]
