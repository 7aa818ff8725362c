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


def measure_peer(cases: int) -> None:
    from bench.against import compare

    cases = a_fifth(cases)
    header(
        "The engine and PyJobShop in turn, milliseconds",
        "proven",
        "same arrival",
        "to the engine",
    )
    for size in (10, 25, 40):
        ours, *others = compare(size, cases)
        say(f"made-up careers of {size} milestones")
        row(f"  {ours.title}", ours.milliseconds, f"{ours.proven} of {cases}", "-", "-")
        for other in others:
            row(
                f"  {other.title}",
                other.milliseconds,
                f"{other.proven} of {cases}",
                f"{other.same} of {other.both}",
                f"{ratio(other.milliseconds, ours.milliseconds):.1f} times",
            )


def measure_projects(cases: int) -> None:
    from bench.projects import time_projects
    from bench.psplib import FOLDER

    if not FOLDER.is_dir():
        say("\nPSPLIB: left out, the folder shared/psplib is not beside the project")
        return
    header("PSPLIB, milliseconds", "proven", "as the best", "wrong")
    for kind in ("j10.mm", "j20.mm", "j30.sm"):
        found = time_projects(kind, a_fifth(cases))
        count = len(found.milliseconds)
        row(
            f"projects of {kind}",
            found.milliseconds,
            f"{found.proven} of {count}",
            f"{found.at_best} of {count}",
            str(found.wrong),
        )


def measure_extras(cases: int) -> None:
    from bench.extras import (
        time_frontier,
        time_remedies,
        time_replanning,
        time_sampling,
    )

    size = 25
    header(
        f"More of a plan of {size} milestones, milliseconds", "", "cases", "ceiling p95"
    )
    sampled = time_sampling(size, cases)
    row("2,000 samples of it", sampled.milliseconds, "proven", sampled.share, "50 ms")
    traded, plans = time_frontier(size, cases)
    row("date against money", traded.milliseconds, "whole", traded.share, "-")
    say(f"  with {statistics.mean(plans):.1f} plans on average, {max(plans)} at most")
    helped = time_remedies(size, a_fifth(cases))
    row("what would help", helped.milliseconds, "something does", helped.share, "-")
    anew = time_replanning(size, cases)
    row("planning anew halfway", anew.milliseconds, "proven", anew.share, "-")


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


def measure_kept(cases: int) -> None:
    from bench.kept import time_effect

    told = time_effect(a_fifth(cases))  # each is planned twice
    header(
        "What a draft does to kept roadmaps, milliseconds", "plans", "in all", "peak"
    )
    row(
        f"{a_fifth(cases)} of them and samples, each",
        [told.seconds * 1000 / max(1, told.planned)],
        f"{told.planned:,}",
        f"{told.seconds:.0f} s",
        f"{told.megabytes:.0f} MB",
    )
    say(f"  {told.words}")


def measure_imports(cases: int) -> None:
    from bench.imports import DATA, STEPS, time_imports

    if not DATA.is_dir():
        say("\nImports: left out, the folder shared/data is not beside the project")
        return
    header("Public data into SQLite, milliseconds", "peak", "ceilings")
    steps = time_imports(math.ceil(cases / 50))
    for title, done in steps.items():
        row(title, done.milliseconds, f"{done.megabytes:.0f} MB", "60 s, 300 MB")
        say(f"  {done.said[:100]}")
    rounds = zip(*(steps[title].milliseconds for title in STEPS), strict=True)
    whole = [sum(each) for each in rounds]
    most = max(done.megabytes for done in steps.values())
    row("from empty to published", whole, f"{most:.0f} MB", "60 s, 300 MB")


def measure_files(cases: int) -> None:
    from bench.files import roadmaps, time_files

    of = roadmaps(25)
    header(
        "Files of a plan of 25 milestones, milliseconds", "bytes", "a second", "memory"
    )
    for title, format, count, threads in (
        (f"{5 * cases} PDFs, one thread", "pdf", 5 * cases, 1),
        (f"{5 * cases} PDFs, two threads", "pdf", 5 * cases, 2),
        ("calendar", "ics", cases, 1),
        ("workbook", "xlsx", cases, 1),
        ("CSV", "csv", cases, 1),
    ):
        found = time_files(format, of, count, threads)
        row(
            title,
            found.milliseconds,
            f"{found.bytes:,}",
            f"{count / found.seconds:.0f}",
            f"+{found.megabytes:.0f} MB",
        )


def measure_bulk(cases: int) -> None:
    from bench.bulk import time_bulk

    number = 5 * cases
    header(
        "Files of many students, milliseconds a student",
        "made in",
        "sent in",
        "bytes",
        "peak",
    )
    # The workbook last: the peak is that of everything before, too.
    for kind, made in time_bulk(number, "zip", "csv", "xlsx").items():
        row(
            f"{number} students, {kind}",
            made.milliseconds,
            f"{made.seconds:.1f} s",
            f"{made.sent:.1f} s",
            f"{made.bytes:,}",
            f"{made.megabytes:.0f} MB",
        )


def measure_roster(cases: int) -> None:
    from bench.roster import time_roster

    found = time_roster(10_000, a_fifth(cases))
    title = f"{found.students:,} students on {found.database}"
    header(f"{title}, milliseconds", "queries", "ceiling p95")
    for page in found.pages:
        ceiling = "-" if "plots" in page.title else "200 ms"
        row(page.title, page.milliseconds, str(page.queries), ceiling)


def measure_titles(cases: int) -> None:
    from bench.titles import FIRST, SHARED, time_titles

    if not (SHARED / "data").is_dir():
        say("\nSearch: left out, the folder shared/data is not beside the project")
        return
    found = time_titles(5 * cases)
    header(
        f"Search over {found.titles:,} titles, milliseconds",
        f"of the first {FIRST}",
        "ceiling p95",
    )
    for each in found.searched:
        share = each.share if each.found else "-"
        row(each.title, each.milliseconds, share, each.ceiling)
    say(f"  the index was made in {found.seconds:.1f} s")


PARTS: dict[str, Callable[[int], None]] = {
    "plans": measure_plans,
    "peer": measure_peer,
    "projects": measure_projects,
    "extras": measure_extras,
    "pages": measure_pages,
    "files": measure_files,
    "kept": measure_kept,
    "bulk": measure_bulk,
    "roster": measure_roster,
    "imports": measure_imports,
    "titles": measure_titles,
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


def a_fifth(cases: int) -> int:
    """Return how many cases are enough of what takes seconds each."""
    return math.ceil(cases / 5)


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how many times as long one takes as the other: the median of the pairs."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def say(*parts: str) -> None:
    sys.stdout.write("".join(parts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
