"""Texts that a copy of the database must not give away: sealed with keys that are not in it, nor made from SECRET_KEY.

`FIELD_KEYS` in the environment: the first seals, all of them open, so that a key is changed by putting a new one in front.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from lms.refusal import Refused


def seal(text: str) -> str:
    """The text, sealed. Refused where the site has no key."""
    return _keys(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again. Refused where no key of the site opens it: what is sealed is never shown or kept instead."""
    try:
        return _keys(tuple(settings.FIELD_KEYS)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Refused("field_key_wrong", _("Aucune clé de FIELD_KEYS n'ouvre ce secret. Remettez l'ancienne clé en second.")) from None


@lru_cache(maxsize=4)
def _keys(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise Refused("field_key_missing", _("FIELD_KEYS manque dans l'environnement du site : `manage.py make_field_key` en fait une."))
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise Refused("field_key_wrong", _("Une clé de FIELD_KEYS n'est pas lisible : `manage.py make_field_key` en fait une.")) from None
