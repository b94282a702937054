"""Django's settings, drawn from the environment through `heli.ground.configuration`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from heli.ground import configuration
from heli.ground.cookies import cookie_name

HELI = configuration.from_environment()


def _database(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?host=/socket/dir` as Django's dictionary."""
    parts = urlsplit(url or "postgresql:///heli")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "heli",
        "USER": unquote(parts.username or query.pop("user", "") or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": parts.port or "",
        # A thread keeps its connection from the pool only for the length of a request. Each is
        # tried before it is handed out: after PostgreSQL was restarted the old ones are dead.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 20, "timeout": 10},
            **query,
        },
        "TEST": {"OPTIONS": {}},
    }


BASE = Path(__file__).resolve().parent

DEBUG = HELI.debug
SECRET_KEY = "not used: tokens, sessions and links are sealed under HELI_KEYS (heli.vault.keys)"
OWN_HOST = urlsplit(HELI.base_url).hostname or ""
ALLOWED_HOSTS = ["*"] if HELI.accepts_only_fictional_people else [OWN_HOST]
ROOT_URLCONF = "heli.urls"
WSGI_APPLICATION = "heli.wsgi.application"
DATABASES = {"default": _database(HELI.database_url)}
AUTH_USER_MODEL = "hall.Staff"  # for django-pghistory; django.contrib.auth is not here
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "ninja",  # its static files: the readable docs work without anybody's CDN
    "heli.ground",
    "heli.vault",
    "heli.identity",
    "heli.keeping",
    "heli.places",
    "heli.channels",
    "heli.slots",
    "heli.bookings",
    "heli.cases",
    "heli.hall",
    "heli.wechat",
    "heli.notices",
    "heli.web",
    "heli.api",
    "heli.desk",
    "heli.ops",
]

MIDDLEWARE = [
    "heli.ground.headers.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "heli.api.middleware.one_shape",
    "django.middleware.common.CommonMiddleware",
    "heli.web.middleware.LimitsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "heli.web.middleware.PagesMiddleware",
    "heli.desk.middleware.DeskMiddleware",
    "heli.ground.refused.RefusedMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "heli.web.context.page_context",
            ],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
LANGUAGE_COOKIE_NAME = "heli_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

CSRF_COOKIE_NAME = cookie_name("heli_csrf", environment=HELI.environment)
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HELI.environment is configuration.Environment.PRODUCTION
CSRF_FAILURE_VIEW = "heli.web.pages.frame.form_expired"

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True  # straight from the packages: nothing to collect before a start
WHITENOISE_AUTOREFRESH = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # bytes; a booking's body is about 500
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 1
# Nothing that is sent comes to a disk: what a page takes is bounded before it is read
# (LimitsMiddleware), and all of it stays in memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
APPEND_SLASH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # In the demo what goes as it should would stand between the lines of its story.
        "heli": {
            "level": "WARNING" if HELI.environment is configuration.Environment.DEMO else "INFO"
        },
        "django.request": {"level": "ERROR"},  # it names addresses; heli.ground.refused does not
        "django.security": {"level": "ERROR"},
        "uvicorn.error": {"level": "ERROR"},  # what is no HTTP is counted there, too
    },
}
