"""How long the roster and the plots of ten thousand students take, on PostgreSQL.

Where there is no PostgreSQL, it is measured on SQLite, and said so.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bench.scratch import scratch_site

if TYPE_CHECKING:
    from planner.models import Membership, Roadmap

CAREERS = ("machine-learning-engineer", "web-developer", "data-scientist")
ASKED = {
    "first page": "",
    "a search": "?q=okafor",
    "a search that finds nobody": "?q=zzzz",
    "late ones of mine": "?status=late&advisor=me",
    "internship in a summer": "?step=internship&term=2028-summer",
    "the last page": "?page=9999",
    "all together, in plots": "cohort/",
}


@dataclass(frozen=True)
class Asked:
    title: str
    milliseconds: list[float]
    queries: int


@dataclass(frozen=True)
class Measured:
    database: str
    students: int
    pages: list[Asked]


def time_roster(students: int, times: int) -> Measured:
    """Ask for the roster in every order, and for plots, so many times each."""
    with scratch_site(), _postgres_if_there() as database:
        from django.core.management import call_command

        call_command("load_catalogue", verbosity=0)
        member = _organisation(students)
        pages = list(_pages(member, times))
        return Measured(database, students, pages)


def _pages(member: Membership, times: int) -> Iterator[Asked]:
    from django.test import Client

    from planner.roster import ORDERS

    client = Client(headers={"host": "localhost"})
    client.force_login(member.user)
    here = member.organisation.get_absolute_url()
    asked = ASKED | {f"sorted by {name}": f"?sort=-{name}" for name in ORDERS}
    for title, query in asked.items():

        def fetch(address: str = f"{here}{query}") -> None:
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address} answered {response.status_code}.")

        fetch()
        yield Asked(title, _timed(fetch, times), _queries(fetch))


def _organisation(students: int) -> Membership:
    """Fill an organisation with copies of three roadmaps; return its advisor."""
    from django.db import connection
    from django.utils import timezone

    from tests.builders_roster import many_students, organisation

    now = timezone.now()
    member = organisation(now)
    roadmaps = [_kept(career) for career in CAREERS]
    many_students(member, roadmaps, students, now)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return member


def _kept(career: str) -> Roadmap:
    from django.utils import timezone

    from planner import keeping, queries
    from planner.engine.background import Background
    from planner.models import User

    background = Background(career=career, start=date(2026, 9, 1), hours_per_week=12)
    return keeping.keep(
        User.objects.create_user(career),
        queries.published(),
        background,
        name="Mine",
        now=timezone.now(),
    )


@contextmanager
def _postgres_if_there() -> Iterator[str]:
    """Let Django use a PostgreSQL of its own, if this machine has one; say which."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from careerpath import env
    from tests.postgres import NoServerError, server

    before = settings.DATABASES["default"]

    def use(database: dict[str, object]) -> None:
        connections["default"].close()
        settings.DATABASES["default"] = database
        connections.settings = connections.configure_settings(settings.DATABASES)
        del connections["default"]

    try:
        with server() as url:
            os.environ["DATABASE_URL"] = url
            use(env.database("DATABASE_URL", default=""))
            call_command("migrate", verbosity=0)
            try:
                yield "PostgreSQL"
            finally:
                use(before)
    except NoServerError:
        yield "SQLite, as there is no PostgreSQL"


def _timed(fetch: Callable[[], object], times: int) -> list[float]:
    milliseconds = []
    for _ in range(times):
        began = time.perf_counter()
        fetch()
        milliseconds.append((time.perf_counter() - began) * 1000)
    return milliseconds


def _queries(fetch: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        fetch()
    frame = {"BEGIN", "COMMIT"}
    return sum(one["sql"] not in frame for one in captured.captured_queries)
