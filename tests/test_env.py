"""Settings come from the environment, and a wrong one is named."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from careerpath import env


def test_a_text_without_default_must_be_set(monkeypatch):
    monkeypatch.delenv("COLOUR", raising=False)
    with pytest.raises(ImproperlyConfigured, match="COLOUR"):
        env.text("COLOUR")


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("COLOUR", " ")
    assert env.text("COLOUR", "green") == "green"
    assert env.flag("COLOUR", default=True) is True
    assert env.words("COLOUR") == []


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("false", False)],
)
def test_a_flag_is_a_yes_or_a_no(monkeypatch, value, meaning):
    monkeypatch.setenv("LIGHT", value)
    assert env.flag("LIGHT") is meaning


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("LIGHT", "maybe")
    with pytest.raises(ImproperlyConfigured, match="LIGHT is 'maybe'"):
        env.flag("LIGHT")


def test_words_are_separated_by_commas_or_spaces(monkeypatch):
    monkeypatch.setenv("HOSTS", "a.example, b.example  c.example")
    assert env.words("HOSTS") == ["a.example", "b.example", "c.example"]


def database(monkeypatch, address):
    monkeypatch.setenv("DATABASE_URL", address)
    return env.database("DATABASE_URL", default="")


def test_a_postgresql_address_is_taken_apart(monkeypatch):
    found = database(
        monkeypatch, "postgres://ada:p%40ss@db.example:6543/paths?sslmode=require"
    )
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"]) == ("ada", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db.example", "6543")
    assert found["NAME"] == "paths"
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_postgresql_connections_are_kept_and_checked(monkeypatch):
    found = database(monkeypatch, "postgresql://ada@db.example/paths")
    assert found["CONN_MAX_AGE"] == 60
    assert found["CONN_HEALTH_CHECKS"] is True


def test_a_postgresql_host_can_be_the_folder_of_a_socket(monkeypatch):
    found = database(monkeypatch, "postgres://ada@/paths?host=/run/postgresql")
    assert found["HOST"] == "/run/postgresql"
    assert found["PORT"] == ""
    assert found["OPTIONS"] == {}


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("sqlite:///data/paths.sqlite3", "data/paths.sqlite3"),
        ("sqlite:////srv/my%20paths.sqlite3", "/srv/my paths.sqlite3"),
    ],
)
def test_a_sqlite_address_is_a_path(monkeypatch, address, path):
    assert database(monkeypatch, address)["NAME"] == path


def test_an_address_of_another_kind_is_refused_without_repeating_it(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refused:
        database(monkeypatch, "mysql://ada:secret@db.example/paths")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example:4650", 4650, False, True),
    ],
)
def test_mail_goes_by_an_address(monkeypatch, address, port, starttls, tls):
    monkeypatch.setenv("EMAIL_URL", address)
    found = env.mail("EMAIL_URL", default="console:")
    assert (found["backend"], found["host"]) == ("smtp", "mail.example")
    assert (found["port"], found["starttls"], found["tls"]) == (port, starttls, tls)


def test_mail_is_printed_where_it_goes_nowhere(monkeypatch):
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert env.mail("EMAIL_URL", default="console:")["backend"] == "console"


def test_mail_can_ask_for_a_password_and_never_tells_it(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtps://ada:p%40ss@mail.example")
    found = env.mail("EMAIL_URL", default="")
    assert (found["user"], found["password"]) == ("ada", "p@ss")
    monkeypatch.setenv("EMAIL_URL", "pigeon://ada:secret@mail.example")
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as refused:
        env.mail("EMAIL_URL", default="")
    assert "secret" not in str(refused.value)
