"""All settings. Values that differ between sites come from the environment or from `.env`, typed, and fail loudly."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")  # written by `make demo`; the real environment wins over it

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY manque : `make demo` en écrit une dans .env, ou donnez-la par l'environnement.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

FIELD_KEYS = env.list(
    "FIELD_KEYS", default=[]
)  # seal what a copy of the database must not give away (lms.sealed); none: nothing to seal yet
OUTSIDE_ALLOWED = env.list("OUTSIDE_ALLOWED", default=[])  # host:port that may be called though private, or without TLS

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
XAPI_HOME = env.str("XAPI_HOME", default=SITE_URL).rstrip("/")  # names people and activities in statements: never change it
XAPI_MAX_BODY = env.int("XAPI_MAX_BODY", default=10 * 1024 * 1024)  # bytes of one request to the record store
XAPI_MAP_MBOX = env.bool("XAPI_MAP_MBOX", default=False)  # imported statements name people by account, never by e-mail (P02)
XAPI_SESSION_SECONDS = env.int("XAPI_SESSION_SECONDS", default=12 * 3600)  # how long a trainee's token for a package lasts
BADGE_ISSUER_NAME = env.str("BADGE_ISSUER_NAME", default="Tremplin")  # who gives the badges, as they say it
_site = urlsplit(SITE_URL)
IS_HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site.hostname or "127.0.0.1", "127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))  # database, media and private files of a small site

INSTALLED_APPS = [
    "lms.home",
    "lms.exports",
    "lms.certification",
    "lms.badges",
    "assessments",
    "curriculum",
    "competencies",
    "content",
    "lms.people",
    "lms.records",
    "lms.jobs",
    "lms.files",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django_tasks_db",
    "csp",
    "lucide",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lms.doors.HouseMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "lms" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"lucide": "lms.home.templatetags.icons"},  # in front of the library's own
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.doors.frame",
            ],
        },
    }
]

# --- Database -------------------------------------------------------------------------------------------------
try:
    _database = env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
except (ImproperlyConfigured, ValueError, KeyError) as error:
    raise ImproperlyConfigured(f"DATABASE_URL n'est pas lisible : {error}") from error
if _database["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a deferred transaction that turns writer under load fails with "database is locked" (promises.md §0).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    _database["CONN_MAX_AGE"] = None  # opening one costs more than most requests
elif _database["ENGINE"].endswith("postgresql"):
    # Each thread keeps its connection, and looks before a request whether it still stands: a new one is made at once. (A pool
    # finds its dead connections one after the other, with pauses that double: seconds of refusals after each cut.)
    _database["CONN_HEALTH_CHECKS"] = True
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "connect_timeout": 5}
else:
    raise ImproperlyConfigured("DATABASE_URL : seuls sqlite:/// et postgres:// sont pris en charge.")
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People and sign-in ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["lms.people.adapters.SiteBackend"]
PASSWORD_HASHERS = ["lms.people.hashers.SiteArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "lms.people.adapters.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # shared computers: closing the browser signs out
# A whole class signs in behind one address (S23): per-address limits are wide, per-account ones narrow.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/m/ip,10/15m/key",
    "verify_badge": "60/m/ip",
    "give_opinion": "60/m/ip",
    "take_file": "60/m/ip",
}
WAGTAILADMIN_LOGIN_URL = "account_login"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- Words and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]  # English follows with its catalogue: a browser that asks for it must not get half a page
WAGTAIL_CONTENT_LANGUAGES = [("fr", "français")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "français")]
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")
USE_I18N = USE_TZ = True

# --- Files -----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "lms" / "static"]
WHITENOISE_MIMETYPES = {".speculationrules": "application/speculationrules+json"}  # browsers take it under no other name
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"  # authored content only, served to people who are signed in
PRIVATE_ROOT = VAR_DIR / "private"  # what people hand in; no URL leads here
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_MB", default=100) * 1024 * 1024
MAX_LARGE_BYTES = env.int("MAX_LARGE_UPLOAD_MB", default=200) * 1024 * 1024  # of a file that comes piece by piece (ADR 25)
QUOTA_BYTES = env.int("QUOTA_MB", default=2048) * 1024 * 1024  # of one person's files, all together

# --- Wagtail ---------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Tremplin"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
# One gate: passwords and e-mails are changed on our pages.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAIL_SLIM_SIDEBAR = False
WAGTAILIMAGES_IMAGE_MODEL = "content.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "content.Handout"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT = True
# What the trade's tools open. But for PDF, Wagtail gives them as « attachment », « nosniff », in a sandbox: HTML and SVG run nothing here.
WAGTAILDOCS_EXTENSIONS = [
    "pdf", "txt", "md", "csv", "json", "odt", "ods", "docx", "xlsx", "zip", "srt", "vtt", "ass", "mp3", "wav", "ogg", "mp4", "webm",
    "png", "jpg", "gif", "webp", "svg", "xcf", "sla", "ttf", "html", "css", "js", "py",
]  # fmt: skip
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# --- Jobs ------------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- API -------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["lms.people.rest.TokenAuthentication", "rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "lms.people.rest.Pages",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS would describe a record to who may not read it; the schema says the rest
    "PAGE_SIZE": 100,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "lms.doors.answer_refusal",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tremplin",
    "DESCRIPTION": "Catalogue, progress, standings and rules, read-only; evidence, groups, badges and exports, read and write where a person may.",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["lms.people.rest.own_endpoints"],
}

# --- Security --------------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail previews a page in a frame of the same site
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
if IS_HTTPS:  # a name that a browser keeps for this very host and refuses without TLS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_SSL_REDIRECT = False  # the proxy that holds the certificate redirects
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],  # blob: what was just recorded, heard before it leaves
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
# Wagtail's own admin writes inline styles and scripts: looser there, and there only.
CMS_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}

# --- Mail and logs ---------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="dummymail://")
vars().update(EMAIL_CONFIG)
HAS_EMAIL = not str(EMAIL_CONFIG["EMAIL_BACKEND"]).endswith("dummy.EmailBackend")
EMAIL_TIMEOUT = 20  # seconds: a mail server that hangs keeps no worker
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"tremplin@{_site.hostname}")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"links": {"()": "lms.hushed.HideLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["links"]}},
    "loggers": {"paramiko": {"level": "CRITICAL"}},  # what fails is said once, by who sends
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # our `lucide` library stands in front of the package's on purpose
