"""Read settings from the environment, and say plainly which one is wrong."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}
_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465, "console": 0}


def text(name: str, default: str | None = None) -> str:
    """Return a variable, or the default; without a default it must be set.

    An empty variable counts as one that is not set: process managers and
    `NAME= command` cannot always remove a variable, but they can empty it.
    """
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Return a yes or a no; anything else is refused, not guessed at."""
    value = text(name, "yes" if default else "no").lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; say 1 or 0.")


def number(name: str, default: int) -> int:
    """Return a whole number from 1 on."""
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is {value!r}; say a whole number from 1.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Return the words of a variable, separated by commas or spaces."""
    return text(name, default).replace(",", " ").split()


def database(name: str, *, default: str) -> dict[str, Any]:
    """Return Django's settings for the database that an address tells of.

    `sqlite:///relative/or//absolute/path` and
    `postgres://user:password@host:port/name` are understood. For PostgreSQL,
    `?host=/folder` names the folder of a socket, and any other option, such as
    `sslmode=require`, is handed to the driver.
    """
    address = urlsplit(text(name, default))
    if address.scheme == "sqlite":
        return _sqlite(unquote(address.path[1:]))
    if address.scheme in {"postgres", "postgresql"}:
        options = dict(parse_qsl(address.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(address.path[1:]),
            "USER": unquote(address.username or ""),
            "PASSWORD": unquote(address.password or ""),
            "HOST": options.pop("host", None) or address.hostname or "",
            "PORT": str(address.port or ""),
            # Connecting costs more than most pages; a kept connection is asked
            # whether it still lives before it is used again.
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    # The address may hold a password, so the message does not repeat it.
    raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite:///.")


def mail(name: str, *, default: str) -> dict[str, Any]:
    """Return how mail is sent, from an address such as `smtps://user:pass@host`.

    `smtp:` is plain, for a relay on the same machine; `smtp+tls:` begins plain and
    then encrypts; `smtps:` is encrypted from the start; `console:` only prints.
    """
    address = urlsplit(text(name, default))
    if address.scheme not in _MAIL_PORTS:
        # The address may hold a password, so the message does not repeat it.
        raise ImproperlyConfigured(
            f"{name} must begin with {', '.join(f'{each}:' for each in _MAIL_PORTS)}."
        )
    return {
        "backend": "console" if address.scheme == "console" else "smtp",
        "host": address.hostname or "localhost",
        "port": address.port or _MAIL_PORTS[address.scheme],
        "user": unquote(address.username or ""),
        "password": unquote(address.password or ""),
        "starttls": address.scheme == "smtp+tls",
        "tls": address.scheme == "smtps",
    }


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A transaction takes the write lock when it begins. Otherwise one
            # that reads first and writes later fails as soon as two do so.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # WAL lets people read while one writes; FULL keeps what was
            # acknowledged through a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
    }
