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
