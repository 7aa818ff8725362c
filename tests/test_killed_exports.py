"""Workers that are killed, or many: each student is in a file exactly once."""

from __future__ import annotations

import io
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pikepdf
import pytest
from icalendar import Calendar

from tests.pdf_reader import text_of
from tests.test_many_saves import ask, database, run, start

__all__ = ["database"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STUDENTS, KILLS = 40, 5
PATIENCE = 120  # seconds
MADE = "SELECT count(*) FROM planner_bulkexportitem WHERE state = 'made'"
TRIES = "SELECT sum(tries) FROM planner_bulkexportitem"
DONE = "SELECT count(*) FROM planner_bulkexport WHERE state = 'done'"
ITEMS = (
    "SELECT place, name, pdf, calendar FROM planner_bulkexportitem "
    "WHERE state = 'made' ORDER BY export_id, place"
)


@pytest.fixture
def workers(database) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """A way to start workers, none of which outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def another() -> subprocess.Popen[str]:
        started.append(start(database, "manage.py", "work", "--silent", "1"))
        return started[-1]

    yield another
    for worker in started:
        worker.kill()
        worker.communicate()


def one(url: str, query: str) -> int:
    [(number,)] = ask(url, query)
    return int(number)


def wait_for(url: str, query: str, number: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while one(url, query) < number:
        assert time.monotonic() < give_up, f"Not {number}: {query}"
        time.sleep(0.05)


def test_killed_five_times_each_student_is_in_it_exactly_once(database, workers):
    run(database, "-m", "tests.exporting", "students", str(STUDENTS))
    run(database, "-m", "tests.exporting", "order", "zip", "1")
    chance = random.Random(6)  # noqa: S311
    for kill in range(1, KILLS + 1):
        worker = workers()
        # After some more students, at any moment of the next one.
        wait_for(database, MADE, max(one(database, MADE), 6 * (kill - 1)) + 1)
        time.sleep(chance.uniform(0, 0.1))
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
    before = one(database, MADE)
    assert KILLS <= before < STUDENTS, "It was over before it could be killed."
    last = workers()
    wait_for(database, DONE, 1)
    last.terminate()
    assert last.wait(PATIENCE) == 0
    made = ask(database, ITEMS)
    assert [place for place, *_files in made] == list(range(1, STUDENTS + 1))
    # Nothing was made once more that was there already: only what a kill cut off.
    assert STUDENTS <= one(database, TRIES) <= STUDENTS + KILLS
    assert len({name for _place, name, *_files in made}) == STUDENTS
    for place, name, pdf, calendar in made:
        assert name == f"{place:02}-Student-{place:03}"
        with pikepdf.open(io.BytesIO(bytes(pdf))) as read:
            assert f"The way of {place:03}" in text_of(read)
        events = Calendar.from_ical(bytes(calendar))
        assert str(events["name"]) == f"The way of {place:03}"


def test_two_workers_never_make_the_same(database, workers):
    run(database, "-m", "tests.exporting", "students", "12")
    run(database, "-m", "tests.exporting", "order", "csv", "4")
    both = [workers(), workers()]
    wait_for(database, DONE, 4)
    assert one(database, MADE) == one(database, TRIES) == 48
    for worker in both:
        worker.terminate()
        assert worker.wait(PATIENCE) == 0


def test_who_withdraws_in_the_middle_is_not_in_it(database, workers):
    run(database, "-m", "tests.exporting", "students", "20")
    run(database, "-m", "tests.exporting", "order", "zip", "1")
    workers()
    wait_for(database, MADE, 3)
    withdraw = (
        "from django.utils import timezone\n"
        "from planner.consenting import withdraw\n"
        "from planner.models import Consent\n"
        "for consent in Consent.objects.filter(student__username__in="
        "['student-1', 'student-20']):\n"
        "    withdraw(consent, timezone.now())\n"
    )
    run(database, "manage.py", "shell", "--no-imports", "-c", withdraw)
    wait_for(database, DONE, 1)
    names = [name for _place, name, *_files in ask(database, ITEMS)]
    assert names == [f"{place:02}-Student-{place:03}" for place in range(2, 20)]
