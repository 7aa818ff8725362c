"""Production's settings, less what would only make tests slow or need a certificate."""

import os

# Tests run with DEBUG off, as the site does, so that is what they are about.
os.environ["DEBUG"] = "0"
os.environ["SECRET_KEY"] = "tests " * 10

# Playwright keeps an event loop running in the thread of the tests, which Django
# takes for code that must not wait for a database. The site has no such code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from careerpath.settings import *  # noqa: F403
from careerpath.settings import DATABASES, STORAGES

ALLOWED_HOSTS = ["localhost", "testserver"]

# A thread of the live server that keeps its connection would keep the test database
# from being dropped at the end.
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Static files are served from where they are written; nothing is collected first.
STATIC_ROOT = None
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# The test client and the live server speak plain HTTP.
SECURE_SSL_REDIRECT = False

CRISPY_FAIL_SILENTLY = False

SITE_ADDRESS = "https://careerpath.example"
