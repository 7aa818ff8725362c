"""`make bench`: measure, and print a table. Times are printed, never asserted."""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from collections.abc import Callable, Sequence


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100, help="careers of each size")
    parser.add_argument("--only", choices=sorted(PARTS), help="measure only this")
    options = parser.parse_args()
    for name, part in PARTS.items():
        if options.only in (None, name):
            part(options.cases)


def measure_plans(cases: int) -> None:
    from bench.plans import time_plans

    header("Plans, one process, milliseconds", "steps", "proven", "ceiling p95")
    for size, ceiling in ((10, "-"), (25, "50 ms"), (40, "-")):
        result = time_plans(size, cases)
        row(
            f"made-up career of {size} milestones",
            result.milliseconds,
            f"{statistics.mean(result.steps):.0f}",
            f"{result.proven} of {cases}",
            ceiling,
        )


def measure_beside(cases: int) -> None:
    from bench.plans import time_beside

    header("Beside a plan of 25 milestones, milliseconds", "proven", "ceiling p50")
    for part in time_beside(25, max(10, cases // 2)):
        ceiling = "50 ms" if "samples" in part.title else "-"
        done = f"{part.proven} of {len(part.milliseconds)}"
        row(part.title, part.milliseconds, done, ceiling)


def measure_race(cases: int) -> None:
    try:
        import pyjobshop  # noqa: F401 - to say at once that it is missing
    except ImportError:
        say("\nPyJobShop is not installed: `make bench` installs it.")
        return
    from bench.plans import race

    header("The engine and PyJobShop, one worker, milliseconds", "proven", "agreed")
    for size, most in ((10, 60), (25, 60), (40, 30)):
        raced = race(size, min(cases, most))
        many = len(raced.ours)
        agreed = f"{raced.agreed} of {many}"
        for name, times, proven in (
            ("engine", raced.ours, raced.proven[0]),
            ("PyJobShop", raced.peers, raced.proven[1]),
        ):
            row(f"{size} milestones, {name}", times, f"{proven} of {many}", agreed)
        ratio = statistics.median(raced.peers) / statistics.median(raced.ours)
        say(f"{size} milestones: the engine is {ratio:.1f} times as fast (medians)")


def measure_psplib(cases: int) -> None:
    from bench import psplib

    if not psplib.LIBRARY.is_dir():
        say("\nThere is no folder ../shared/psplib with the instances.")
        return
    header("PSPLIB, one worker, milliseconds", "proven", "wrong", "off the best")
    for kind in ("j10.mm", "j20.mm", "j30.sm"):
        result = psplib.time_set(kind, cases)
        many = len(result.milliseconds)
        row(
            kind,
            result.milliseconds,
            f"{result.proven} of {many}",
            str(result.wrong),
            f"{result.off:.2%}",
        )


def measure_pages(cases: int) -> None:
    from bench.pages import time_pages

    header("Pages, milliseconds", "queries", "bytes, gzip", "to a bare page", "ceiling")
    for page in time_pages(max(20, cases // 2)):
        row(
            page.title,
            page.milliseconds,
            str(page.queries),
            f"{page.size:,}",
            f"{page.ratio:.1f} times",
            page.ceiling,
        )


PARTS: dict[str, Callable[[int], None]] = {
    "plans": measure_plans,
    "beside": measure_beside,
    "peer": measure_race,
    "psplib": measure_psplib,
    "pages": measure_pages,
}


def header(title: str, *columns: str) -> None:
    say(f"\n{title:<44}{'p50':>9}{'p95':>9}", *(f"{name:>16}" for name in columns))


def row(title: str, milliseconds: Sequence[float], *cells: str) -> None:
    ordered = sorted(milliseconds)
    p95 = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
    say(
        f"{title:<44}{statistics.median(ordered):>9.1f}{p95:>9.1f}",
        *(f"{cell:>16}" for cell in cells),
    )


def say(*parts: str) -> None:
    sys.stdout.write("".join(parts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
