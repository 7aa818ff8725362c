"""Six processes save one roadmap 900 times: all that was acknowledged is there."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from careerpath import env

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PROJECT = Path(__file__).parents[1]
PROCESSES, EACH = 6, 150


@pytest.fixture
def database(tmp_path) -> str:
    """The address of a database that several processes can open."""
    if connection.vendor == "postgresql":
        given = os.environ["DATABASE_URL"]
        name = str(connection.settings_dict["NAME"])
        before, _question, query = given.partition("?")
        return f"{before.rpartition('/')[0]}/{name}?{query}".rstrip("?")
    url = f"sqlite:///{tmp_path / 'site.sqlite3'}"
    run(url, "manage.py", "migrate", "--verbosity", "0")
    return url


def start(url: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, *words],
        cwd=PROJECT,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "careerpath.settings",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(url: str, *words: str) -> str:
    process = start(url, *words)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


def ask(url: str, query: str) -> list[tuple]:  # type: ignore[type-arg]
    """Ask as somebody who opens the database afterwards."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return other.execute(query).fetchall()
        finally:
            other.close()
    settings = env.database("DATABASE_URL", default=url)
    own = psycopg2.connect(
        dbname=connection.settings_dict["NAME"],
        user=settings.get("USER") or None,
        password=settings.get("PASSWORD") or None,
        host=settings.get("HOST") or None,
        port=settings.get("PORT") or None,
    )
    try:
        with own.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()
    finally:
        own.close()


def test_no_acknowledged_save_is_lost(database):
    code = run(database, "-m", "tests.saving", "keep")
    savers = [
        start(database, "-m", "tests.saving", "save", code, str(EACH))
        for _ in range(PROCESSES)
    ]
    acknowledged: list[str] = []
    refused = 0
    for saver in savers:
        out, err = saver.communicate()
        assert saver.returncode == 0, err
        acknowledged += out.splitlines()
        refused += int(err.split()[-2])
    assert len(acknowledged) == len(set(acknowledged)) == PROCESSES * EACH
    assert refused > 0, "They never met, so this shows nothing."
    [(revision, current)] = ask(
        database, "SELECT revision, current_id FROM planner_roadmap"
    )
    assert revision == len(acknowledged)
    changes = ask(database, "SELECT id, number, notes FROM planner_roadmapchange")
    notes = [n if isinstance(n, dict) else json.loads(n) for _id, _number, n in changes]
    assert sorted(note["skill:python"] for note in notes if note) == sorted(
        acknowledged
    )
    assert max(changes, key=lambda one: one[1])[0] == current
