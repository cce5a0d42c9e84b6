"""Settings; everything that differs between machines comes from the environment (README.md)."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from subscribers import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
RELEASE = env.text("RELEASE", (BASE_DIR / "VERSION").read_text(encoding="utf-8").strip())

# Without a database server this is a developer's machine or a test run.
SERVED = bool(env.text("DATABASE_HOST"))
DEBUG = env.flag("DEBUG")
OPERATOR_NAME = env.text("OPERATOR_NAME", "Lakeside Cable & Broadband")

# --- Secrets ---------------------------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY_FILE")
if not SECRET_KEY:
    # A key made here would differ between workers, and sessions would not survive a restart.
    # Collecting static files needs none: an image build has no secrets.
    if SERVED and sys.argv[1:2] != ["collectstatic"]:
        raise ImproperlyConfigured("SECRET_KEY_FILE must name a file with the secret key.")
    SECRET_KEY = secrets.token_urlsafe(50)
API_TOKEN = env.secret("API_TOKEN_FILE")  # without one, the API refuses everybody
METRICS_TOKEN = env.secret("METRICS_TOKEN_FILE")  # without one, nothing is counted
METRICS_FOLDER = env.text("PROMETHEUS_MULTIPROC_DIR")

# --- Applications ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "accounts",
    "billing",
    "support",
    "portal",
    "console",
    "api",
    "tasks",
    "search",
    "demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # Outside of all others, whose time counts.
    "subscribers.metrics.MetricsMiddleware",
    "subscribers.middleware.RequestIdMiddleware",
    "subscribers.middleware.GoneMiddleware",
    "subscribers.middleware.HeadMiddleware",
    # Early, so that a load balancer may ask by address and a broken session store is no matter.
    "subscribers.health.HealthMiddleware",
    "subscribers.middleware.SiteMiddleware",
    "subscribers.pinned.PinnedMiddleware",
    # Outside of the sessions, whose writes count.
    "subscribers.replica.ReplicaMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "subscribers.middleware.DatabaseTroubleMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# The first label of the Host header -> the site's addresses. Other allowed hosts get a 404.
ROOT_URLCONF = "subscribers.urls"
SITE_URLCONFS = {"portal": "portal.urls", "console": "console.urls"}
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["portal.localhost", "console.localhost"]
WSGI_APPLICATION = "subscribers.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "subscribers.brand.brand",
            ],
        },
    },
]

# --- Database --------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if SERVED:
    DATABASES = {
        "default": {
            "ENGINE": "subscribers.database",
            "HOST": env.text("DATABASE_HOST"),
            "PORT": env.text("DATABASE_PORT", "5432"),
            "NAME": env.text("DATABASE_NAME", "subscribers"),
            "USER": env.text("DATABASE_USER", "subscribers"),
            "PASSWORD": env.secret("DATABASE_PASSWORD_FILE"),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "application_name": env.text("APPLICATION_NAME", "subscribers"),
                "sslmode": env.text("DATABASE_SSLMODE", "prefer"),
                "target_session_attrs": env.text("DATABASE_TARGET_SESSION_ATTRS", "any"),
                # A page that cannot have its data should say so soon, not after minutes:
                # give up a connect after 2 s, and an established one without a peer after about
                # 6 s (of one whose peer stands still, subscribers.database knows).
                "connect_timeout": 2,
                "keepalives_idle": 3,
                "keepalives_interval": 1,
                "keepalives_count": 3,
                "tcp_user_timeout": 6000,
            },
        }
    }
    if env.text("DATABASE_SSLROOTCERT"):
        DATABASES["default"]["OPTIONS"]["sslrootcert"] = env.text("DATABASE_SSLROOTCERT")
    # Several servers that all take writes: each site has one of its own, others in its place.
    for _site, _hosts in env.pairs("DATABASE_SITE_HOSTS"):
        DATABASES["default"]["PINNED"] = True
        DATABASES[_site] = {**DATABASES["default"], "HOST": _hosts, "TEST": {"MIRROR": "default"}}
    if env.text("DATABASE_REPLICA_HOST"):
        # The primary stands in for a replica that is away.
        _stale = {**DATABASES["default"]["OPTIONS"], "target_session_attrs": "prefer-standby"}
        DATABASES["replica"] = {
            **DATABASES["default"],
            "HOST": env.text("DATABASE_REPLICA_HOST"),
            "PINNED": False,
            "OPTIONS": _stale,
            "TEST": {"MIRROR": "default"},
        }
        DATABASE_ROUTERS = ["subscribers.replica.ReplicaRouter"]
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": env.text("SQLITE_PATH", str(BASE_DIR / "db.sqlite3")),
            # Take the write lock when a transaction begins; otherwise two writers deadlock.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10},
        }
    }

# --- Cache -----------------------------------------------------------------------------------
# What takes long and may be a moment old. Without a cache, and when it is away, all is as before
# but slower. Rendered text alone, as JSON: who writes into the cache must not run code here.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
if CACHE_HOST := env.text("CACHE_HOST"):
    _login = f"{env.text('CACHE_USER', 'default')}:{env.secret('CACHE_PASSWORD_FILE')}@"
    _authority = env.text("CACHE_CA", "/etc/ssl/certs/ca-certificates.crt")
    CACHES["default"] = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": f"{'rediss' if env.flag('CACHE_TLS') else 'redis'}://{_login}"
        f"{CACHE_HOST}:{env.text('CACHE_PORT', '6379')}/0",
        "OPTIONS": {
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 0.3,
            "SOCKET_TIMEOUT": 0.3,
            "CONNECTION_POOL_KWARGS": {"ssl_ca_certs": _authority} if env.flag("CACHE_TLS") else {},
        },
    }
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

# --- Queue -----------------------------------------------------------------------------------
# Without a broker nothing is done later: invoices go by mail only where there are workers.
BROKER_HOST = env.text("BROKER_HOST")
if BROKER_HOST:
    _scheme = "rediss" if env.flag("BROKER_TLS") else "redis"
    _login = f"{env.text('BROKER_USER', 'default')}:{env.secret('BROKER_PASSWORD_FILE')}@"
    CELERY_BROKER_URL = f"{_scheme}://{_login}{BROKER_HOST}:{env.text('BROKER_PORT', '6379')}/0"
    if env.flag("BROKER_TLS"):
        CELERY_BROKER_USE_SSL = {
            "ssl_cert_reqs": "required",
            "ssl_ca_certs": env.text("BROKER_CA", "/etc/ssl/certs/ca-certificates.crt"),
        }
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A task whose worker says nothing for so long is given to another one.
    "visibility_timeout": 300,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Who clicks does not wait for a broker that is away.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2, "interval_max": 0.2}
# A task counts as done when it is done, not when a worker has it.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
# Below the visibility timeout: no task runs twice at once because it is slow.
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 270
CELERY_TASK_SEND_SENT_EVENT = True
CELERY_TIMEZONE = env.text("TIME_ZONE", "Asia/Kolkata")

# --- Mail ------------------------------------------------------------------------------------
# Without a server, mails are printed where a developer sees them, and dropped elsewhere.
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = int(env.text("EMAIL_PORT", "587"))
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_PASSWORD_FILE") if EMAIL_HOST else ""
# Submission, with the certificate verified; a server that says nothing is given up.
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 5
_mail_backend = "smtp" if EMAIL_HOST else "console" if DEBUG else "dummy"
EMAIL_BACKEND = f"django.core.mail.backends.{_mail_backend}.EmailBackend"
MAIL_DOMAIN = env.text("MAIL_DOMAIN", "localhost")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"billing@{MAIL_DOMAIN}")

# --- Search ----------------------------------------------------------------------------------
# Without a server, and workers who keep its index, the console searches the database itself.
SEARCH_HOST = env.text("SEARCH_HOST")
SEARCH_INDEX = env.text("SEARCH_INDEX", "subscribers")
if SEARCH_HOST:
    INSTALLED_APPS.append("haystack")
    HAYSTACK_DEFAULT_OPERATOR = "AND"
    HAYSTACK_CONNECTIONS = {
        "default": {
            "ENGINE": "search.backend.Engine",
            "URL": f"https://{SEARCH_HOST}:{env.text('SEARCH_PORT', '9200')}",
            "INDEX_NAME": SEARCH_INDEX,
            # A thread waits for the answer; the database can give one, too.
            "TIMEOUT": 2.0,
            "SILENTLY_FAIL": False,
            "KWARGS": {
                "http_auth": (env.text("SEARCH_USER"), env.secret("SEARCH_PASSWORD_FILE")),
                "ca_certs": env.text("SEARCH_CA_FILE", "/etc/ssl/certs/ca-certificates.crt"),
                "max_retries": 0,
            },
        }
    }

# --- Files -----------------------------------------------------------------------------------
ASSETS_URL = env.text("ASSETS_URL")
STATIC_URL = f"{ASSETS_URL}/static/"
MEDIA_URL = f"{ASSETS_URL}/media/"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "media")))
STATIC_ROOT = env.text("STATIC_ROOT") or None
_static_storage = "ManifestStaticFilesStorage" if STATIC_ROOT else "StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"django.contrib.staticfiles.storage.{_static_storage}"},
}
FILE_UPLOAD_PERMISSIONS = 0o644  # the web server reads what the application writes
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755
TICKET_ATTACHMENT_MAX_BYTES = 5 * 1024 * 1024

# --- Log-in and browser security -------------------------------------------------------------
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "subscribers.hashers.Argon2PasswordHasher",
    # What an older release wrote; kept as the first one at the next log-in.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator")
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
# The console's log-in with a company account (console/oidc.py): only where a provider is named.
OIDC_ISSUER = env.text("OIDC_ISSUER")
if OIDC_ISSUER:
    AUTHENTICATION_BACKENDS.append("console.oidc.CompanyBackend")
    OIDC_OP_AUTHORIZATION_ENDPOINT = env.text("OIDC_AUTHORIZATION_URL")
    OIDC_LOGOUT_URL = env.text("OIDC_LOGOUT_URL")
    # The application itself asks these two, perhaps by another way than browsers.
    OIDC_OP_TOKEN_ENDPOINT = env.text("OIDC_TOKEN_URL")
    OIDC_OP_JWKS_ENDPOINT = env.text("OIDC_KEYS_URL")
    OIDC_OP_USER_ENDPOINT = ""  # the ID token says all
    OIDC_RP_CLIENT_ID = env.text("OIDC_CLIENT_ID")
    OIDC_RP_CLIENT_SECRET = env.secret("OIDC_CLIENT_SECRET_FILE")
    OIDC_RP_SIGN_ALGO = "ES256"
    OIDC_RP_SCOPES = "openid profile email"
    OIDC_USE_PKCE = True
    OIDC_TOKEN_USE_BASIC_AUTH = True
    OIDC_STORE_ID_TOKEN = True  # the provider wants it back at log-out
    OIDC_VERIFY_SSL = env.text("OIDC_CA_FILE") or True
    # A thread waits for the answer.
    OIDC_TIMEOUT = 5
    OIDC_AUTHENTICATION_CALLBACK_URL = "company-callback"
    OIDC_SESSION_AGE = 60 * 60
if env.flag("TRUSTED_PROXY"):
    # Only sound when the proxy sets this header itself and nobody else reaches the socket.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
SESSION_COOKIE_AGE = 8 * 60 * 60  # a working day
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# HSTS and the redirect to https belong to the web server, which knows the outside port.
# (W040: SQLite leaves the extra columns out of an index, which is fine there.)
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "models.W040"]

# --- Language, time, log ---------------------------------------------------------------------
LANGUAGE_CODE = "en-in"
TIME_ZONE = env.text("TIME_ZONE", "Asia/Kolkata")
USE_I18N = False
USE_TZ = True
# Unlike the locale's own grouping, the same on every page and in every test.
USE_THOUSAND_SEPARATOR = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "subscribers.logs.LineFormatter", "journal": env.to_journal(1)}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stdout"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        # Django's own handlers would send mail to nobody and print twice.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # A line for each request, and one for each failure, which we tell ourselves.
        "elasticsearch": {"level": "ERROR"},
    },
}
