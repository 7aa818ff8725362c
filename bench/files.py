"""How long files take: PDFs of made-up careers, on one thread and on several."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.careers import made_up_career
from planner.engine.advising import Advice, advise
from planner.engine.facts import Catalogue
from planner.exports import EXPORTS, Kept

ROADMAPS = 25  # that differ; with others for each file, planning would take longest
NOTE = "Ask at the office whether the course is offered in the evening, too. " * 5


@dataclass(frozen=True)
class Made:
    milliseconds: list[float]
    seconds: float  # of all of them together
    bytes: int
    megabytes: float  # by which the peak of memory rose


def roadmaps(size: int) -> list[tuple[Advice, Catalogue, Kept]]:
    """Plan some careers, each with a name and notes of its own."""
    found = []
    for seed in range(ROADMAPS):
        catalogue, background = made_up_career(seed, size)
        advice = advise(catalogue, background, {})
        notes = {step.id: NOTE for step in advice.plan.steps[:5]}
        found.append((advice, catalogue, Kept(name=f"Roadmap {seed}", notes=notes)))
    return found


def time_files(
    format: str,
    of: list[tuple[Advice, Catalogue, Kept]],
    count: int,
    threads: int = 1,
) -> Made:
    """Make so many files, each of which differs from the one before."""
    make = EXPORTS[format].make

    def one(number: int) -> tuple[float, int]:
        advice, catalogue, kept = of[number % len(of)]
        kept = Kept(name=f"{kept.name}, {number}", notes=kept.notes)
        began = time.perf_counter()
        content = make(advice, catalogue, kept)
        return (time.perf_counter() - began) * 1000, len(content)

    one(0)  # what is found once, such as fonts, is no part of a file
    before, began = _peak(), time.perf_counter()
    made = _all(one, count, threads)
    return Made(
        [milliseconds for milliseconds, _bytes in made],
        time.perf_counter() - began,
        sum(size for _milliseconds, size in made) // count,
        _peak() - before,
    )


def _all(
    one: Callable[[int], tuple[float, int]], count: int, threads: int
) -> list[tuple[float, int]]:
    if threads == 1:
        return [one(number) for number in range(count)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(count)))


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
