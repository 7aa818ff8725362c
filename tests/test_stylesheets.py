"""A stylesheet that is broken says nothing: half of it is only ignored."""

import pytest

from tests.conftest import PROJECT

SHEETS = sorted((PROJECT / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_block_is_closed_before_the_next_begins(sheet):
    depth = 0
    for number, line in enumerate(sheet.read_text("utf-8").splitlines(), start=1):
        # What stands at the left begins a rule of its own; all within is indented.
        if line.endswith("{") and not line.startswith(" "):
            assert depth == 0, f"{sheet.name}, line {number}: a block above is open"
        depth += line.count("{") - line.count("}")
    assert depth == 0, sheet.name
