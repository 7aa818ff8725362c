"""kill -9 at any moment of an import leaves all of it, or nothing."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.importers import making as make

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
FIELDS = 4_000
EXPECTED = (3, FIELDS + 3 + 2)  # releases, and readings of all three


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "site.sqlite3"
    manage(path, "migrate", "--verbosity", "0").wait()
    return path


@pytest.fixture
def data(tmp_path):
    """Enough rows that storing takes a while."""
    rows = [
        f'="{number // 10_000:02}",="{number // 10_000:02}.{number % 10_000:04}",'
        f'"New",no,"Field number {number}."\r\n'
        for number in range(304_000, 304_000 + FIELDS)
    ]
    cip = '"CIPFamily","CIPCode","Action","TextChange","CIPTitle"\r\n' + "".join(rows)
    make.onet(tmp_path / "data" / "onet")
    content = {"CIPCode2020.csv": cip, "crosswalk.csv": make.commas(make.CROSSWALK)}
    return make.folder(tmp_path / "data", **content)


def manage(database, *words):
    # A database of its own on SQLite, whatever the other tests run on.
    settings = {"DATABASE_URL": f"sqlite:///{database}", "DEBUG": "1"}
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", *map(str, words)],
        cwd=PROJECT,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def stored(database):
    """What is there, as whoever opens the database next finds it."""
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counts = tuple(
            connection.execute(f"SELECT count(*) FROM planner_{table}").fetchone()[0]  # noqa: S608
            for table in ("release", "reading")
        )
        if counts == EXPECTED:  # for the next time
            connection.execute("DELETE FROM planner_reading")
            connection.execute("DELETE FROM planner_release")
            connection.execute("DELETE FROM planner_source")
            connection.commit()
        return counts
    finally:
        connection.close()


def test_killed_at_ten_random_moments_nothing_is_half_imported(database, data):
    began = time.monotonic()
    assert manage(database, "import_public_data", data).wait() == 0
    whole = time.monotonic() - began
    assert stored(database) == EXPECTED
    chance = random.Random(9)  # noqa: S311
    killed = tries = 0
    while killed < 10:
        tries += 1
        assert tries < 50, "It is always over before it can be killed."
        # Half of them anywhere; half near the end, where the rows are being stored.
        moment = chance.uniform(0.5 if killed % 2 else 0, 1)
        began = time.monotonic()
        process = manage(database, "import_public_data", data)
        try:
            process.wait(whole * moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += process.returncode == -signal.SIGKILL
        else:
            # The machine has less to do by now, so that it takes less time.
            whole = min(whole, time.monotonic() - began)
        assert stored(database) in {(0, 0), EXPECTED}, moment
    assert manage(database, "import_public_data", data).wait() == 0
    assert stored(database) == EXPECTED
