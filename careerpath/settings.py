"""The one settings module, driven by the environment (docs/operating.md lists it).

Development needs no variables, because `manage.py` turns DEBUG on. Anything else
is production, and refuses to start until SECRET_KEY is set.
"""

from pathlib import Path
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext_lazy as _

from careerpath import env

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG")

SECRET_KEY = env.text("SECRET_KEY", "for development only" if DEBUG else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# Where the site is found, for links in mails that no request brings about.
SITE_ADDRESS = env.text(
    "SITE_ADDRESS",
    "http://localhost:8000" if DEBUG else f"https://{(ALLOWED_HOSTS or [''])[0]}",
).rstrip("/")
BEHIND_PROXY = env.flag("BEHIND_PROXY")


# What the site is made of

INSTALLED_APPS = [
    "careerpath.apps.DeskConfig",  # django.contrib.admin, signed in to as the rest is
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before staticfiles: runserver then leaves static files to WhiteNoise too,
    # and they carry the same headers in development as in production.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # lets FORM_RENDERER find Django's own form templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "django_htmx",
    "import_export",
    "simple_history",
    "careerpath.accounts",
    "planner",
]

MIDDLEWARE = [
    *(["careerpath.middleware.AddressBehindProxy"] if BEHIND_PROXY else []),
    "careerpath.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "careerpath.accounts.sessions.LastSeen",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "careerpath.urls"
WSGI_APPLICATION = "careerpath.wsgi.application"

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
            ],
        },
    },
]

# Widgets are looked up in templates/ as well, so a page decides how they look.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "careerpath"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["careerpath"]
CRISPY_FAIL_SILENTLY = not DEBUG


# Where things are kept

DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        default=f"sqlite:///{quote(str(BASE_DIR / 'careerpath.sqlite3'))}",
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # One for all processes, since attempts to sign in are counted in it. `migrate`
    # makes its table.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "planner_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # One for each process: only there does adding to a number lose no count, and
    # asking the API for a plan costs no write to the database.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Messages in the session: a cookie of their own would lack the `__Host-` prefix.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# In development files come straight from where they are written.
STATIC_ROOT = None if DEBUG else env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
WHITENOISE_ALLOW_ALL_ORIGINS = False

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}


# Who may do what

AUTH_USER_MODEL = "planner.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "careerpath.accounts.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email", "username"}  # who works at the desk has a user name
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_DISPLAY = "careerpath.accounts.adapters.name_of"
# Only what is mandatory can stay silent on whether an address is known.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
# Codes, since a link may open in another browser than the one that waits for it.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # seconds, as for an address
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True  # one address; the old one counts until the new one does
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Counted by network address, or by that and what was typed, so that nobody is locked
# out by a stranger. A campus is one address for all who are on it, so these are wide.
ACCOUNT_RATE_LIMITS = {
    "login": "100/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "signup": "60/m/ip",
    "reset_password": "20/m/ip",
    "confirm_email": None,  # "mail" stands for it
    "mail": "10/h/key",
}
ACCOUNT_FORMS = {
    "add_email": "careerpath.accounts.forms.ChangeEmail",
    "change_password": "careerpath.accounts.forms.ChangePassword",
    "confirm_email_verification_code": "careerpath.accounts.forms.ConfirmEmail",
    "confirm_password_reset_code": "careerpath.accounts.forms.ConfirmReset",
    "login": "careerpath.accounts.forms.SignIn",
    "reauthenticate": "careerpath.accounts.forms.PasswordAgain",
    "reset_password": "careerpath.accounts.forms.ForgotPassword",
    "reset_password_from_key": "careerpath.accounts.forms.NewPassword",
    "set_password": "careerpath.accounts.forms.SetPassword",
    "signup": "careerpath.accounts.forms.SignUp",
}

MFA_ADAPTER = "careerpath.accounts.adapters.SecondFactors"
MFA_TOTP_ISSUER = "careerpath"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones differ by some seconds
MFA_FORMS = {
    "activate_totp": "careerpath.accounts.forms.ActivateApp",
    "authenticate": "careerpath.accounts.forms.SecondFactor",
    "reauthenticate": "careerpath.accounts.forms.SecondFactorAgain",
}
STAFF_NEED_SECOND_FACTOR = env.flag("STAFF_NEED_SECOND_FACTOR")
ADVISORS_NEED_SECOND_FACTOR = env.flag("ADVISORS_NEED_SECOND_FACTOR")

# A campus login by OpenID Connect, if the environment names one.
OIDC_SERVER = env.text("OIDC_SERVER", "")
SOCIALACCOUNT_ADAPTER = "careerpath.accounts.adapters.CampusLogins"
SOCIALACCOUNT_FORMS = {"signup": "careerpath.accounts.forms.CampusSignUp"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # the adapter says for which addresses
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "campus",
                "name": env.text("OIDC_NAME", "Campus login"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_SECRET"),
                "settings": {"server_url": OIDC_SERVER},
            }
        ]
        if OIDC_SERVER
        else []
    }
}
# Browsers hold the whole way of a form against the policy, so it has to name whom
# else the provider sends people to.
_oidc = urlsplit(OIDC_SERVER)
_oidc_origins = [f"{_oidc.scheme}://{_oidc.netloc}"] if OIDC_SERVER else []
_oidc_origins += env.words("OIDC_ORIGINS")

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'", *_oidc_origins],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}
PERMISSIONS_REFUSED = [
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Plain HTTP is for development only: no certificate, no `Secure` cookies.
SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, over HTTP
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

_cookie_prefix = "" if DEBUG else "__Host-"
SESSION_COOKIE_NAME = f"{_cookie_prefix}session"
SESSION_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrf"
CSRF_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script reads the cookie
LANGUAGE_COOKIE_NAME = f"{_cookie_prefix}language"
LANGUAGE_COOKIE_SECURE = not DEBUG
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True

# Why a row was changed may take a sentence or two.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True


# Language and time

USE_I18N = True
LANGUAGE_CODE = "en"
# Only languages the pages exist in; with all of Django's, somebody would meet
# English pages with form errors in another language.
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
# How many plans one address may ask the API for; counted in each process.
PLANS_A_MINUTE = env.number("PLANS_A_MINUTE", 60)
# How many reports of wrong figures one address may send; counted likewise.
REPORTS_AN_HOUR = env.number("REPORTS_AN_HOUR", 10)

TIME_ZONE = env.text("TIME_ZONE", "UTC")


# What people are sent

_mail = env.mail("EMAIL_URL", default="console:" if DEBUG else "smtp://localhost:25")
EMAIL_BACKEND = f"django.core.mail.backends.{_mail['backend']}.EmailBackend"
EMAIL_HOST = _mail["host"]
EMAIL_PORT = _mail["port"]
EMAIL_HOST_USER = _mail["user"]
EMAIL_HOST_PASSWORD = _mail["password"]
EMAIL_USE_TLS = _mail["starttls"]
EMAIL_USE_SSL = _mail["tls"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "careerpath@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL


# What the operator reads

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "careerpath.logs.JsonFormatter"},
        "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
    },
    "filters": {"without_query": {"()": "careerpath.logs.WithoutQuery"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if DEBUG else "json",
            "filters": ["without_query"],
        },
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        # Django's defaults would also mail whole requests to the admins.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # It warns at each HEAD that Django sent a body, which it then leaves out.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}
