"""What tests share: which are run, the browser, the public data beside the project."""

import gc
import os
import shutil
from pathlib import Path

import pytest
from django.test import SimpleTestCase

from tests.requirements import skip_or_fail

PROJECT = Path(__file__).resolve().parent.parent
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="run only the tests that may use the database",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    if config.getoption("--only-database"):
        kept = [item for item in items if _may_use_database(item)]
        config.hook.pytest_deselected(items=[*{*items} - {*kept}])
        items[:] = kept


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported, and look less often.

    All of that stays until the end; to go through it over and over again took a sixth
    of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def _may_use_database(item: pytest.Item) -> bool:
    """Say whether pytest-django opens the database for a test; it blocks all others."""
    asked = {"db", "transactional_db", "live_server"}
    return (
        item.get_closest_marker("django_db") is not None
        or not asked.isdisjoint(getattr(item, "fixturenames", ()))
        or issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` that lies beside the project, with public data in it."""
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        skip_or_fail("There is no folder ../shared with the public data.")
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Tell pytest-playwright to drive the machine's Chromium, and keep it quiet."""
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if chromium is None:
        skip_or_fail("There is no Chromium on this machine.")
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    # Chromium's sandbox refuses to run as root.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium, "args": quiet + as_root}
