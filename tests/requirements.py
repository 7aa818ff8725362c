"""What a test does where something it needs is not on the machine."""

from typing import NoReturn

import pytest

from careerpath import env


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test, or fail it where CAREERPATH_REQUIRE_ALL says nothing may lack.

    On a laptop without Chromium the other tests are still worth running. In CI a
    skipped test is one that nobody notices for a year.
    """
    if must_have_all():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def must_have_all() -> bool:
    """Tell whether a missing browser, server or folder is a failure here."""
    return env.flag("CAREERPATH_REQUIRE_ALL")
