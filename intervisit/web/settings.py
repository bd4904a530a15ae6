"""Every setting of the product, read from the environment. docs/operators/settings.md lists them; a test compares."""

import datetime as dt
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from intervisit.web.keys import local_secret

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(__file__).resolve().parents[1]

env = environ.Env()

# Where a laptop keeps its database and key. A server sets DATABASE_URL and IV_SECRET_KEY instead.
DATA = Path(env.str("IV_DATA", default=str(ROOT / "var")))

DEMO = env.bool("IV_DEMO", default=False)
DEBUG = False
SECRET_KEY = env.str("IV_SECRET_KEY", default="") or local_secret(DATA)
ALLOWED_HOSTS = env.list("IV_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_ADDRESS = env.str("IV_ADDRESS", default="http://localhost:8000").rstrip("/")
SECURE = SITE_ADDRESS.startswith("https://")
MAIL_DOMAIN = SITE_ADDRESS.partition("://")[2].partition(":")[0]
DESIGNS = Path(env.str("IV_DESIGNS", default=str(ROOT / "designs")))

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "template_partials",
    "intervisit.kit",
    "intervisit.apps.people",
    "intervisit.apps.programs",
    "intervisit.apps.instruments",
    "intervisit.apps.applications",
    "intervisit.apps.reviews",
    "intervisit.apps.leaders",
    "intervisit.apps.networks",
    "intervisit.apps.calendar",
    "intervisit.apps.gatherings",
    "intervisit.apps.budget",
    "intervisit.web",
]

# One policy table an app; kit/access reads them all.
POLICIES = [
    f"intervisit.apps.{app}.policy.TABLE"
    for app in (
        "people",
        "programs",
        "applications",
        "reviews",
        "leaders",
        "networks",
        "calendar",
        "gatherings",
        "budget",
    )
]
REACTIONS = "intervisit.web.wiring.REACTIONS"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "intervisit.kit.guard.unavailable",
    "intervisit.kit.guard.request_id",
    "intervisit.kit.guard.too_large",
    "intervisit.kit.guard.clean_cookies",
    "csp.middleware.CSPMiddleware",
    "intervisit.kit.guard.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "intervisit.apps.people.pages.door.in_use",
    "intervisit.kit.guard.actor",
    "intervisit.kit.guard.clean_input",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "intervisit.web.urls"
ASGI_APPLICATION = "intervisit.web.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "intervisit.web.navigation.shell",
            ],
            "builtins": ["intervisit.kit.templatetags.words"],
        },
    }
]

SQLITE_OPTIONS = {
    # trust.md R2, R3: what was acknowledged is on the disk, and writers wait instead of failing.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA / 'intervisit.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["intervisit.kit.sessions.People"]
LOGIN_URL = "/sign-in/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

# Sign-on by the district (OIDC). Empty: people sign in by a link sent to their address.
OIDC_ISSUER = env.str("IV_OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("IV_OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("IV_OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("IV_OIDC_NAME", default="district sign-on")

SESSION_ENGINE = "intervisit.kit.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # seconds without use
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "intervisit.kit.guard.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 3_000_000  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
UPLOAD_LIMIT = 20_000_000  # bytes of one uploaded file

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("IV_TIME_ZONE", default="America/New_York")
FORMAT_MODULE_PATH = "intervisit.web.formats"

STATIC_URL = "/static/"
STATIC_ROOT = None  # files are served from where they are: nothing to collect on a laptop
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEMO else 3600
FORM_RENDERER = "intervisit.kit.widgets.Renderer"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "intervisit.kit.static.Storage"},
}

# How long a worker holds a job without a sign of life before another one takes it over.
LEASE = dt.timedelta(seconds=env.float("IV_LEASE_SECONDS", default=30))

# Mail: smtp://user:password@host:port or, in the demo, kept in the demo mailbox only.
EMAIL_ADDRESS = env.str("IV_MAIL", default="")
if EMAIL_ADDRESS:
    _mail = env.email_url_config(EMAIL_ADDRESS)
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 20  # seconds: a mail server that hangs must not hold the worker
# Answers to invitations: the mailbox they arrive in, and the address they are sent to. Both, or none.
ANSWERS = env.str("IV_ANSWERS", default="")  # imaps://user:password@host/Folder
ANSWERS_TO = env.str(
    "IV_ANSWERS_TO", default=""
)  # visits@district.org; visits+anything@… must arrive there too
DEFAULT_FROM_EMAIL = env.str("IV_MAIL_FROM", default=f"Intervisit <intervisit@{MAIL_DOMAIN or 'localhost'}>")

# Where mail that could not be delivered comes back to: imaps://user:password@host/Folder. Empty: nobody looks.
BOUNCES = env.str("IV_BOUNCES", default="")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "intervisit": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Its lines hold addresses of missing pages, which may be secret ones.
        "django.request": {"handlers": ["console"], "level": "CRITICAL", "propagate": False},
        "django.security": {"handlers": ["console"], "level": "CRITICAL", "propagate": False},
    },
}

# Only the test suite's own throw-away cluster may run without fsync.
UNSAFE_TEST_DATABASE = env.bool("IV_UNSAFE_TEST_DATABASE", default=False)
