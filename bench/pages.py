"""How long the pages take, on a scratch SQLite database with the shipped catalogue.

The ceiling of each is a bare Django template page of the same size, in the same run.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.kept import keep_roadmaps
from bench.scratch import scratch_site

LEAVER = "/?career=machine-learning-engineer&start=2027-08-15&hours=20"


@dataclass(frozen=True)
class Page:
    title: str
    milliseconds: list[float]
    queries: int
    size: int
    ratio: float
    ceiling: str


def time_pages(times: int) -> Iterator[Page]:
    """Ask for each page so many times, in this process; yield what was measured."""
    with scratch_site():
        from django.core.management import call_command

        call_command("load_catalogue", verbosity=0)
        yield from _pages(times)


def _pages(times: int) -> Iterator[Page]:
    from django.test import Client

    from planner import answers

    client = Client(headers={"host": "localhost"})

    def get(address: str) -> bytes:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}.")
        return response.content

    def ask(address: str) -> Callable[[], bytes]:
        return lambda: get(address)

    def ask_as(someone: Client, address: str) -> Callable[[], bytes]:
        return lambda: someone.get(address).content

    def ask_anew() -> bytes:
        answers.forget()
        return get(LEAVER)

    kept = keep_roadmaps(200)
    student = Client(headers={"host": "localhost"})
    student.force_login(kept.owner)
    for title, fetch, ceiling in (
        ("roadmap, planned anew", ask_anew, "100 ms"),
        ("roadmap, planned lately", ask(LEAVER), "100 ms"),
        ("a kept roadmap", ask_as(student, kept.get_absolute_url()), "-"),
        ("two hundred kept roadmaps", ask_as(student, "/roadmaps/"), "-"),
        ("careers", ask("/careers/"), "-"),
        ("a career", ask("/careers/machine-learning-engineer/"), "-"),
    ):
        content = fetch()
        milliseconds = _timed(fetch, times)
        bare = _timed(_bare_page(content), times)
        yield Page(
            title,
            milliseconds,
            _queries(fetch),
            len(gzip.compress(content)),
            sorted(milliseconds)[times // 2] / sorted(bare)[times // 2],
            ceiling,
        )


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
    return len(captured)


def _bare_page(content: bytes) -> Callable[[], str]:
    """Return a page of this size, made of paragraphs by one template in one loop."""
    from django.template import Context, Template

    line = "x" * 60
    count = len(content) // 68
    template = Template("{% for line in lines %}<p>{{ line }}</p>\n{% endfor %}")
    return lambda: template.render(Context({"lines": [line] * count}))
