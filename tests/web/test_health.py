"""The two addresses that tell whether the site is up and whether it can work."""

import pytest
from django.db import OperationalError, connection


def test_alive_asks_nothing_of_the_database(client):
    response = client.get("/healthz")  # without django_db a query would be an error
    assert response.status_code == 200
    assert response.content == b"ok\n"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_the_database_answers(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/readyz")
    assert response.status_code == 200


@pytest.mark.django_db
def test_not_ready_when_the_database_is_gone(client, monkeypatch):
    def gone():
        raise OperationalError("could not connect to server at 10.0.0.7")

    monkeypatch.setattr(connection, "cursor", gone)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"no database\n"


def test_health_is_only_read(client):
    assert client.post("/healthz").status_code == 405
