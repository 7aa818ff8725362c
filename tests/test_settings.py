"""Production refuses to start half configured; SQLite keeps what it promised."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.http import HttpResponse

from careerpath import env
from careerpath.middleware import AddressBehindProxy
from tests.conftest import PROJECT


def load_settings(
    *, then: str = "", **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Import the settings in a process that has these variables and no others."""
    return subprocess.run(  # noqa: S603 - what runs is written in this file
        [sys.executable, "-c", f"from careerpath import settings; {then}"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_needs_a_secret_key():
    refused = load_settings()
    assert refused.returncode != 0
    assert "Set the environment variable SECRET_KEY." in refused.stderr


def test_development_needs_no_variable_but_debug():
    assert load_settings(DEBUG="1").returncode == 0


def test_a_campus_login_is_allowed_by_the_policy_and_needs_all_of_it():
    half = load_settings(DEBUG="1", OIDC_SERVER="https://id.example/realm")
    assert "Set the environment variable OIDC_CLIENT_ID." in half.stderr
    whole = load_settings(
        then="print(settings.SECURE_CSP['form-action'])",
        DEBUG="1",
        OIDC_SERVER="https://id.example/realm",
        OIDC_CLIENT_ID="careerpath",
        OIDC_SECRET="between us",  # noqa: S106 - of nobody
        OIDC_ORIGINS="https://idp.example",
    )
    assert whole.stdout.strip() == str(
        ["'self'", "https://id.example", "https://idp.example"]
    )


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("somebody", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_its_word_counts_for_where_visitors_are(rf, header, address):
    seen = []

    def answer(request):
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    AddressBehindProxy(answer)(rf.get("/", headers={"X-Forwarded-For": header}))
    assert seen == [address]


def test_nobodys_word_counts_without_a_proxy():
    ask = "print('careerpath.middleware.AddressBehindProxy' in settings.MIDDLEWARE)"
    assert load_settings(then=ask, DEBUG="1").stdout == "False\n"
    assert load_settings(then=ask, DEBUG="1", BEHIND_PROXY="1").stdout == "True\n"


@pytest.fixture
def sqlite_file(tmp_path, monkeypatch, django_db_blocker):
    """A connection to a SQLite file, made as the settings would make it."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/paths.sqlite3")
    settings = connections["default"].settings_dict | {"TIME_ZONE": None}
    settings |= env.database("DATABASE_URL", default="")
    with django_db_blocker.unblock():
        connection = DatabaseWrapper(settings, alias="spare")
        connection.connect()
        yield connection
        connection.close()


def test_sqlite_logs_ahead_and_syncs_fully(sqlite_file):
    full = 2
    ask = sqlite_file.connection.execute
    assert ask("PRAGMA journal_mode").fetchone() == ("wal",)
    assert ask("PRAGMA synchronous").fetchone() == (full,)


def test_a_sqlite_transaction_takes_the_lock_when_it_begins(sqlite_file):
    other = sqlite3.connect(sqlite_file.settings_dict["NAME"], timeout=0)
    sqlite_file.set_autocommit(
        False, force_begin_transaction_with_broken_autocommit=True
    )
    with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    sqlite_file.rollback()
