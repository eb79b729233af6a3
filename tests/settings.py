"""Settings of the suite: the site's, less what costs time and proves nothing."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only")
# A folder for each process of the suite: workers inherit the environment of the one that starts them, and files must not meet.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
if os.environ.get("VAR_DIR_OF") != _worker:
    os.environ.update(VAR_DIR=tempfile.mkdtemp(prefix="tremplin-tests-"), VAR_DIR_OF=_worker)

from lms.settings import *  # noqa: E402, F403, TID251  the suite starts from the site's settings
from lms.settings import DATABASES, STORAGES  # noqa: E402, TID251  as above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A file, as on a site: SQLite in memory shares one cache between threads and locks whole tables.
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"]["NAME"] = os.path.join(os.environ["VAR_DIR"], "test.sqlite3")
else:  # nobody cuts the power of the suite's own database; servers that are killed have the site's settings
    DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
os.makedirs(os.path.join(os.environ["VAR_DIR"], "static"), exist_ok=True)
FIELD_KEYS = ["c3VpdGUtb25seS1zdWl0ZS1vbmx5LXN1aXRlLW9ubHk="]
