"""How passwords are hashed on a site (the suite itself hashes faster)."""

from django.conf import settings

from lms import settings as site  # noqa: TID251  what a site runs with, not the suite
from lms.people.hashers import SiteArgon2PasswordHasher


def test_site_hashes_with_argon2id_at_19_mib_2_passes_1_lane() -> None:
    assert site.PASSWORD_HASHERS == ["lms.people.hashers.SiteArgon2PasswordHasher"]
    kept = SiteArgon2PasswordHasher().encode("trois-mots-a-moi", "selselselsel")
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert SiteArgon2PasswordHasher().verify("trois-mots-a-moi", kept)
    assert settings.AUTH_USER_MODEL == "people.User"
