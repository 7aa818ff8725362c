"""What tests share: the browser, and the folder of public data beside the project."""

import os
import shutil
from pathlib import Path

import pytest

from tests.requirements import skip_or_fail

PROJECT = Path(__file__).resolve().parent.parent
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


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
