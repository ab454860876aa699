"""The one settings file. The environment is read in the block at the top and nowhere else.

Three ways to run: embedded (nothing set: SQLite and Valkey under DATA_DIR, plain HTTP on this machine), development
(DEBUG=1: the same with tracebacks), production (DEBUG=0 or a DATABASE_URL: strict, behind HTTPS).
"""

from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab

from weifang_liaison import environment as env
from weifang_liaison.desk_theme import UNFOLD  # noqa: F401
from weifang_liaison.enum_names import ENUM_NAMES
from weifang_liaison.public_door import *  # noqa: F403
from weifang_liaison.reception_days import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent

# --- environment -----------------------------------------------------------------------------------
DATA_DIR = env.folder("DATA_DIR", default=BASE_DIR / "var")
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.redis_url("REDIS_URL")
DEBUG = env.boolean("DEBUG", default=False)
PRODUCTION = not env.boolean("DEBUG", default=not DATABASE_URL)
HTTPS = env.boolean("HTTPS", default=PRODUCTION)
SECRET_KEY = env.secret_key("SECRET_KEY", production=PRODUCTION, data_dir=DATA_DIR)
# Keys that were in use before: what they signed stays good, and tracking codes are hashed anew when they are used.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if PRODUCTION else ["*"]
)
CSRF_TRUSTED_ORIGINS = env.web_addresses("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
HOST = env.text("HOST", default="127.0.0.1")
PORT = env.integer("PORT", default=8000, least=1, most=65535)
WEB_WORKERS = env.integer("WEB_WORKERS", default=2, least=1, most=64)
JOB_WORKERS = env.integer("JOB_WORKERS", default=2, least=1, most=64)
SESSION_IDLE_MINUTES = env.integer("SESSION_IDLE_MINUTES", default=30, least=1, most=24 * 60)
SESSION_MAX_HOURS = env.integer("SESSION_MAX_HOURS", default=12, least=1, most=7 * 24)
# The address on the posters; without it that of the request which asks for one.
PUBLIC_URL = env.web_address("PUBLIC_URL").rstrip("/")
# Told to people who cannot get on at the public's door, e.g. 0536-12345.
PUBLIC_PHONE = env.text("PUBLIC_PHONE", default="12345")
OIDC_ISSUER = env.web_address("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
env.need("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", because=OIDC_ISSUER and "设置了 OIDC_ISSUER")
OIDC_NAME = env.text("OIDC_NAME", default="统一身份认证")
# Where notices may go beside the bell: services with an address of their own, and hosts named by the administrator.
NOTICE_SERVICES = env.words("NOTICE_SERVICES", default=["wecombot", "dingtalk", "feishu"])
NOTICE_HOSTS = env.words("NOTICE_HOSTS", default=[])
# Who answers for personal data, and where people turn with questions about theirs.
PRIVACY_CONTROLLER = env.text("PRIVACY_CONTROLLER", default="中共潍坊市委组织部")
PRIVACY_CONTACT = env.text("PRIVACY_CONTACT")
# ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "accounts.admin_config.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "django_htmx",
    "accounts",
    "workdays",
    "records",
    "representatives",
    "studios",
    "petitions",
    "training",
    "evaluations",
    "portal",
    "weifang_liaison",
]

MIDDLEWARE = [
    "weifang_liaison.proxies.TrustedProxyMiddleware",
    "weifang_liaison.security.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "weifang_liaison.sessions.SessionLimitsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "weifang_liaison.resent.ResentFormMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "weifang_liaison.urls"
WSGI_APPLICATION = "weifang_liaison.wsgi.application"
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
            ]
        },
    }
]

if DATABASE_URL:
    DATABASES = {
        "default": env.database("DATABASE_URL", DATABASE_URL)
        | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "db.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
            },
            # A file, not :memory:, so that threads in tests meet on one database as they do in service.
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker, cache, background work ------------------------------------------------------------------
VALKEY_SOCKET = env.socket_path(DATA_DIR, "valkey.sock")
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{VALKEY_SOCKET}"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than any task may take, or the broker would hand a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * 3600,
    "socket_connect_timeout": 2,
    "retry_policy": {"timeout": 5.0},
    # One more try at once, instead of six seconds of them; these count for sending, the worker has its own.
    "max_retries": 1,
    "interval_start": 0,
}
# A page that enqueues a job does not wait for a lost broker: the sweep sends the job once it is back.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "weifang_liaison.heartbeats.HeartbeatScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULE = {
    "seal-events": {"task": "records.tasks.seal_events", "schedule": crontab()},
    "sweep-jobs": {"task": "records.tasks.sweep_jobs", "schedule": crontab()},
    "forget-job-files": {"task": "records.tasks.forget_job_files", "schedule": crontab(hour=3, minute=40)},
    "send-reminders": {"task": "petitions.tasks.send_reminders", "schedule": crontab(hour=8, minute=10)},
    "apply-retention": {"task": "records.tasks.apply_retention", "schedule": crontab(hour=2, minute=30)},
    "send-deliveries": {"task": "accounts.tasks.sweep_deliveries", "schedule": crontab()},
    "find-hot-topics": {"task": "petitions.tasks.find_hot_topics", "schedule": crontab(hour=2, minute=20)},
    "learn-categories": {
        "task": "petitions.tasks.learn_categories",
        "schedule": crontab(hour=1, minute=40, day_of_week="sunday"),
    },
    "forget-expired": {"task": "accounts.tasks.forget_expired", "schedule": crontab(minute=17)},
    "forget-old-views": {
        "task": "petitions.tasks.forget_old_views",
        "schedule": crontab(hour=3, minute=50),
    },
    "plan-next-month": {"task": "studios.tasks.plan_next_month", "schedule": crontab(hour=6, minute=5)},
    "remind-of-duties": {"task": "studios.tasks.remind_of_duties", "schedule": crontab(hour=8, minute=0)},
    "close-the-day": {"task": "studios.tasks.close_the_day", "schedule": crontab(hour=8, minute=5)},
    "remind-of-training": {
        "task": "training.tasks.remind_of_training",
        "schedule": crontab(hour=8, minute=15),
    },
    "remind-of-contacts": {
        "task": "representatives.tasks.remind_of_contacts",
        "schedule": crontab(hour=8, minute=20),
    },
    "run-appraisals": {
        "task": "evaluations.tasks.run_appraisals",
        "schedule": crontab(hour=7, minute=40),
    },
    "draw-call-backs": {"task": "petitions.tasks.draw_call_backs", "schedule": crontab(hour=5, minute=10)},
}
CACHES = {
    "default": {
        "BACKEND": "weifang_liaison.cache.SteadyCache",
        # The embedded Valkey keeps the cache apart from the queues; a given one is used as it is given.
        "LOCATION": REDIS_URL or f"unix://{VALKEY_SOCKET}?db=1",
        "KEY_PREFIX": "liaison",
        "OPTIONS": {
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
            "stand_in_folder": DATA_DIR / "cache",
        },
    }
}

# --- signing in --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "weifang_liaison.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# axes counts failed passwords on (user, address), since phones of one office share an address. This one holds back
# guessing one account's password from many addresses, and guessing the codes of the second step.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": "10/5m/key"}
SOCIALACCOUNT_ADAPTER = "weifang_liaison.sign_in.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else []
    }
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "潍坊党代表联络"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_USERNAME_CALLABLE = "weifang_liaison.sign_in.name_of_try"
AXES_RESET_ON_SUCCESS = True
# Trying while locked out does not lengthen it: the page says when to come back.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 3600

# --- what a browser is told --------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Only a trusted proxy gets this header past TrustedProxyMiddleware.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- language and time -------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- files -------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Outside production the files are served from where they lie; production serves what collectstatic gathered.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "media"
ATTACHMENT_MAX_BYTES = 10 * 2**20

WORKBOOK_MAX_BYTES = 20 << 20
# Uploaded rolls and their previews are personal data: kept so long after the job has ended.
JOB_FILES_KEPT_DAYS = 30
# A person who asks about her data is answered within so many work days (PIPL Art. 50: in good time).
DATA_REQUEST_WORK_DAYS = 15
WORKBOOK_MAX_ROWS = 100_000

# --- REST door ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.rest.authentication.ClientAuthentication",
        "accounts.rest.authentication.PageAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["accounts.rest.rendering.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.rest.rendering.JsonParser"],
    "DEFAULT_PAGINATION_CLASS": "accounts.rest.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["accounts.rest.filters.StrictFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.rest.throttling.CallerThrottle"],
    # Per account for clients and people, per address for anyone not signed in and for asking for tokens.
    "DEFAULT_THROTTLE_RATES": {
        "client": "3000/min",
        "user": "1200/min",
        "anon": "120/min",
        "token": "60/min",
    },
    "DEFAULT_SCHEMA_CLASS": "accounts.rest.schema.ProblemSchema",
    # OPTIONS would describe in English what /api/schema/ says in full.
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "accounts.rest.problems.answer_exception",
    # The address is the peer's; whether a proxy may name another is the middleware's business.
    "NUM_PROXIES": 0,
}
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "SCOPES": {"api": "访问数据接口"},
    "DEFAULT_SCOPES": ["api"],
    # Tokens rest as checksums only.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    # The rest of that standard: only client credentials are used here, and every other way in is closed.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
IDEMPOTENCY_HOURS = 24
SPECTACULAR_SETTINGS = {
    "TITLE": "党代表联络工作接口",
    "VERSION": "1.0.0",
    "DESCRIPTION": (BASE_DIR / "weifang_liaison" / "api_description.md").read_text(encoding="utf-8"),
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "persistAuthorization": False},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "PREPROCESSING_HOOKS": ["accounts.rest.schema.keep_api_paths"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.rest.schema.describe_nouns",
    ],
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
}

# The house sends no letters; what a library may try to send shows in the log.
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- log ---------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        # It would write addresses with their tokens; what went wrong is told at the channel.
        "apprise": {"level": "CRITICAL"},
        # Scanners ask for hosts that are not ours all day; they get their 400 without a traceback in the log.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
