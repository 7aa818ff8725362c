"""What the tests of importers share: all public data, read once."""

from pathlib import Path

import pytest

from planner.importers.everything import Found, read_paths
from tests.requirements import skip_or_fail


@pytest.fixture(scope="session")
def data(shared: Path) -> Path:
    folder = shared / "data"
    if not folder.is_dir():
        skip_or_fail("There is no folder ../shared/data with the public data.")
    return folder


@pytest.fixture(scope="session")
def everything(data: Path) -> Found:
    """All releases in the public data, parsed and checked."""
    return read_paths([data])


@pytest.fixture(scope="session")
def releases(everything):
    """The same by kind and edition."""
    return {(one.kind, one.edition): one for one in everything.releases}
