"""How long it takes to import all public data beside the project, and in what memory.

Each round is a process of its own with an empty SQLite database, as an operator would
run it, because the peak of memory is told only of a whole process.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import run

PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT.parent / "shared" / "data"

# What the process says of itself when it is done; Linux counts kilobytes.
MEASURED = """
import resource, runpy, sys
try:
    runpy.run_path("manage.py", run_name="__main__")
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak {peak // (1 if sys.platform == 'linux' else 1024)}")
"""


@dataclass(slots=True)
class Imports:
    """Rounds of one command: how long each took, the most memory, and what it said."""

    milliseconds: list[float] = field(default_factory=list)
    megabytes: float = 0
    said: str = ""


STEPS: dict[str, tuple[str, ...]] = {
    "the shipped catalogue": ("load_catalogue",),
    "everything in shared/data": ("import_public_data", str(DATA)),
    "a route for every occupation": ("draft_routes",),
    "publishing": ("publish_catalogue", "--note", "All of the public data."),
}
AGAIN = "the same import again"


def time_imports(rounds: int) -> dict[str, Imports]:
    """Go from an empty database to published careers; then import the same again."""
    found = {title: Imports() for title in (*STEPS, AGAIN)}
    for _round in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            database = {"DATABASE_URL": f"sqlite:///{folder}/site.sqlite3"}
            _manage(database, "migrate", "--verbosity", "0")
            steps = STEPS | {AGAIN: STEPS["everything in shared/data"]}
            for title, words in steps.items():
                began = time.perf_counter()
                said = _manage(database, *words)
                imports = found[title]
                imports.milliseconds.append((time.perf_counter() - began) * 1000)
                peak = int(re.findall(r"^peak (\d+)$", said, re.MULTILINE)[0])
                imports.megabytes = max(imports.megabytes, peak / 1024)
                imports.said = said.splitlines()[-2]
    return found


def _manage(database: Mapping[str, str], *words: str) -> str:
    done = run(  # noqa: S603
        [sys.executable, "-c", MEASURED, *words],
        cwd=PROJECT,
        env=os.environ | {"DEBUG": "1"} | dict(database),
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout
