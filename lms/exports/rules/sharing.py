"""What a trainee agrees to when a dossier may leave, to the word, and how long their comment may be. Pure.

A version is never changed: what somebody agreed to is what its number says. New words are a new number, which is asked anew.
"""

MAX_COMMENT = 2000  # signs
CONSENT_TEXTS = {
    "1": (
        "Je suis d'accord pour que mon dossier soit donné à l'organisme qui certifie ma formation : mon nom, mes heures, mes niveaux et leurs "
        "preuves, mes travaux et ce qui en a été dit. Je peux retirer cet accord à tout moment. Ce qui est déjà parti ne revient pas."
    ),
}
CURRENT_CONSENT = "1"


def has_room(comment: str) -> bool:
    """Whether a comment is short enough to be kept whole."""
    return len(comment) <= MAX_COMMENT
