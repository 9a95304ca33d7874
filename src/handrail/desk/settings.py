"""Every setting of the desk, in one place.

Its one rule: what an installation may choose comes from an environment variable that starts with HANDRAIL_ (and from
DATABASE_URL); everything else is decided here.

    HANDRAIL_DATA_DIR            database, uploads, secret key, collected static files (default: the user's data folder)
    DATABASE_URL                 postgresql://… ; without it the SQLite file handrail.sqlite3 in the data folder
    HANDRAIL_IDLE_SECONDS        how long PostgreSQL lets a transaction whose process does nothing live (default 30)
    HANDRAIL_SQLITE_SYNCHRONOUS  NORMAL (default) or FULL; sqlite_gate/base.py says what each can lose
    HANDRAIL_SECRET_KEY          signs sessions and links; without it a key is made once and kept in the data folder
    HANDRAIL_HOSTS               names that the desk answers to, separated by commas (default: this machine's own)
    HANDRAIL_ADDRESS             where links in mail lead, such as https://handrail.example.com (default: the first of
                                 HANDRAIL_ORIGINS, else of HANDRAIL_HOSTS, else where “handrail serve” listens)
    HANDRAIL_ORIGINS             further origins whose forms are trusted, such as https://handrail.example.com
    HANDRAIL_HTTPS               1 where people come through HTTPS, ended by a proxy that sets X-Forwarded-Proto
    HANDRAIL_PROXIES             how many proxies stand in front (default 0): whose word on the caller's address counts
    HANDRAIL_SMTP                smtp://user:password@host:587 ; without it mail is written to the data folder
    HANDRAIL_MAIL_FROM           the sender of mail
    HANDRAIL_MAIL_DOMAINS        the company's own domains, separated by commas, for which its mail server lets us send:
                                 messages then come from the address of whoever sends them
    HANDRAIL_CRM_COPY            an address that gets a copy of each message to a customer, unless the runbook names one
    HANDRAIL_MAIL_BACKEND        anymail.backends.postmark.EmailBackend or the like, to send through a mail service;
                                 its keys come from variables like ANYMAIL_POSTMARK_SERVER_TOKEN
    HANDRAIL_IMAP                imaps://user:password@host/INBOX?done=Done ; the mailbox that answers come to, and the
                                 folder for what was read (optional); imap:// speaks TLS too, once it is connected
    HANDRAIL_REPLIES_TO          its address, such as replies@example.com, to which a token is added: replies+…@
    HANDRAIL_MAIL_HOOKS          name:secret pairs, separated by commas, of those who may bring mail to /mail/in/name/
    HANDRAIL_MEETINGS            the mailbox to which calendars answer invitations, where it is another than that of
                                 HANDRAIL_REPLIES_TO; with neither they answer to whoever planned the meeting
    HANDRAIL_CALDAV_PRIVATE      1 where the calendars of people are on a CalDAV server in this network
    HANDRAIL_UPLOADS             s3://bucket/folder?endpoint_url=… ; without it uploads lie in the data folder
    HANDRAIL_SCAN                a program that looks at uploads for viruses, such as clamdscan --no-summary
    HANDRAIL_LINK_HOSTS          hosts inside, such as wiki.corp:443, whose attached links are checked too
    HANDRAIL_COMPANY             the company's name, as its customers see it on the pages of their links
    HANDRAIL_DEBUG               1 for Django's error pages, on a developer's machine only
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
import platformdirs
from csp.constants import NONE, SELF

from handrail.desk.secret_key import secret_key


def _named(variable: str, default: str = "") -> list[str]:
    return [name.strip() for name in os.environ.get(variable, default).split(",") if name.strip()]


def _on(variable: str) -> bool:
    return os.environ.get(variable) == "1"


# --- where things are ------------------------------------------------------------------------------------------------

DESK = Path(__file__).parent
DATA_DIR = Path(os.environ.get("HANDRAIL_DATA_DIR") or platformdirs.user_data_dir("handrail")).expanduser().resolve()

DEBUG = _on("HANDRAIL_DEBUG")
HTTPS = _on("HANDRAIL_HTTPS")
COMPANY = os.environ.get("HANDRAIL_COMPANY", "").strip()
SECRET_KEY = os.environ.get("HANDRAIL_SECRET_KEY") or secret_key(DATA_DIR)

ALLOWED_HOSTS = _named("HANDRAIL_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _named("HANDRAIL_ORIGINS")


def _address() -> str:
    """Without a slash at its end. What stands for many names, as *.example.com does, is no address."""
    host = next((name.lstrip(".") for name in ALLOWED_HOSTS if "*" not in name), "localhost")
    origin = next((name for name in CSRF_TRUSTED_ORIGINS if "*" not in name), "")
    return (os.environ.get("HANDRAIL_ADDRESS") or origin or f"{'https' if HTTPS else 'http'}://{host}").rstrip("/")


ADDRESS = _address()

# --- what runs -------------------------------------------------------------------------------------------------------

ROOT_URLCONF = "handrail.desk.web.urls"
WSGI_APPLICATION = "handrail.desk.wsgi.application"

INSTALLED_APPS = [
    "handrail.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages are told in a fifth of their bytes. What is secret in them (CSRF tokens) is masked anew in each answer, and
    # Django makes lengths differ at random (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page asks for sign-in unless it says @login_not_required: forgetting is safe.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "handrail.desk.web.acting.acting",
    "handrail.desk.web.showing.showing",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [DESK / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "handrail.desk.web.tags",
                "handrail.desk.web.addresses",
                "handrail.desk.web.rows",
                "handrail.desk.web.people_rows",
            ],
        },
    },
]

# --- the database ----------------------------------------------------------------------------------------------------

_SQLITE: dict[str, Any] = {
    "ENGINE": "handrail.desk.sqlite_gate",
    "NAME": DATA_DIR / "handrail.sqlite3",
    "OPTIONS": {"synchronous": os.environ.get("HANDRAIL_SQLITE_SYNCHRONOUS", "NORMAL")},
    "CONN_MAX_AGE": 60,
}


_IDLE_SECONDS = int(os.environ.get("HANDRAIL_IDLE_SECONDS", "30"))
# Waiting for a row takes at most as long as an idle holder may live, and then some.
_POSTGRESQL = {
    "idle_in_transaction_session_timeout": _IDLE_SECONDS * 1000,
    "lock_timeout": 2 * _IDLE_SECONDS * 1000,
}
# A machine that is gone without a word is noticed, by whichever side waits for it.
_CONNECTION = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def _with_limits(options: dict[str, Any]) -> dict[str, Any]:
    """Nobody holds rows for long who does not work on them: a machine that sleeps, a process that was stopped. What
    DATABASE_URL itself says goes before."""
    limits = " ".join(f"-c {name}={value}" for name, value in _POSTGRESQL.items())
    return {**_CONNECTION, **options, "options": f"{limits} {options.get('options', '')}".strip()}


def _database(url: str | None) -> dict[str, Any]:
    """SQLite without an address; PostgreSQL with its connections kept for ten minutes and tried before each request."""
    if not url:
        return _SQLITE
    chosen: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if chosen["ENGINE"] == "django.db.backends.sqlite3":
        return {**_SQLITE, "NAME": Path(chosen["NAME"]).resolve()}
    if chosen["ENGINE"] == "django.db.backends.postgresql":
        chosen["OPTIONS"] = _with_limits(chosen.get("OPTIONS", {}))
    return chosen


DATABASES = {"default": _database(os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "desk.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "handrail.desk.accounts.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address comes from whoever made the account, not from its owner
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# allauth limits sign-in, password reset and change by address and account; its limits are kept. The counts are in the
# memory of each server process.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("HANDRAIL_PROXIES", "0"))

# --- safety in the browser -------------------------------------------------------------------------------------------

# Scripts and styles come from files of this server only: no inline ones, no nonces, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
CSRF_FAILURE_VIEW = "handrail.desk.web.errors.csrf_failed"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS

if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

# --- files -----------------------------------------------------------------------------------------------------------


def uploads_in(place: str) -> dict[str, Any]:
    """s3://bucket/folder?endpoint_url=https://…&region_name=…; its keys come from AWS_ACCESS_KEY_ID and the like."""
    if not place:
        return {"BACKEND": "handrail.desk.kept_files.KeptFiles"}
    parts = urlsplit(place)
    asked = {"bucket_name": parts.netloc, "location": parts.path.strip("/"), **dict(parse_qsl(parts.query))}
    # Nothing is public, nothing is written over, and links to the bucket are handed to nobody.
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {**asked, "default_acl": None, "file_overwrite": False},
    }


STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [DESK / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # The name of each file carries a hash of its content, so browsers may keep it for ever.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "uploads": uploads_in(os.environ.get("HANDRAIL_UPLOADS", "")),
}
# A program that looks at an upload for viruses: 0 clean, 1 infected, anything else a fault.
SCAN_COMMAND = os.environ.get("HANDRAIL_SCAN", "").strip()
# Hosts inside that attached links may lead to, as name or name:port; all others inside are left alone.
LINK_HOSTS = frozenset(name.lower() for name in _named("HANDRAIL_LINK_HOSTS"))

# Uploads are outside what the web serves: only a view that checks who asks may hand one out, hence no MEDIA_URL.
MEDIA_ROOT = DATA_DIR / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # larger files go through a temporary file
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024  # a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- mail ------------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("HANDRAIL_MAIL_FROM", "Handrail <handrail@localhost>")
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = DATA_DIR / "mail"

CALDAV_PRIVATE = _on("HANDRAIL_CALDAV_PRIVATE")
if _smtp := os.environ.get("HANDRAIL_SMTP"):
    _server = urlsplit(_smtp)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _server.hostname or "localhost"
    EMAIL_PORT = _server.port or 25
    EMAIL_HOST_USER = unquote(_server.username or "")
    EMAIL_HOST_PASSWORD = unquote(_server.password or "")
    EMAIL_USE_TLS = EMAIL_PORT == 587 and _server.scheme != "smtps"
    EMAIL_USE_SSL = _server.scheme == "smtps"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"

# A mail service in the place of a mail server, with whatever django-anymail wants to know of it.
EMAIL_BACKEND = os.environ.get("HANDRAIL_MAIL_BACKEND") or EMAIL_BACKEND
ANYMAIL = {name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
MAIL_DOMAINS = frozenset(name.lower() for name in _named("HANDRAIL_MAIL_DOMAINS"))
CRM_COPY = os.environ.get("HANDRAIL_CRM_COPY", "").strip()

IMAP = os.environ.get("HANDRAIL_IMAP", "")
REPLIES_TO = os.environ.get("HANDRAIL_REPLIES_TO", "").strip()
MEETINGS_ADDRESS = os.environ.get("HANDRAIL_MEETINGS", "").strip() or REPLIES_TO
MAIL_HOOKS = {
    name: secret for name, _, secret in (one.partition(":") for one in _named("HANDRAIL_MAIL_HOOKS")) if secret
}

# --- language, time, log ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discretion": {"()": "handrail.desk.discretion.Discretion"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discretion"]},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers (mail to administrators, among them) are replaced by ours.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Anybody can ask for a host that is not ours, as often as they like: not worth a line each.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
