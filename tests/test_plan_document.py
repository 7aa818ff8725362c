"""What is kept of a plan is the whole plan."""

from __future__ import annotations

import json

from hypothesis import given

from planner.documents.plan import read_plan, write_plan
from planner.engine.forecasting import forecast
from planner.engine.planning import work_out
from tests.engine.strategies import later_worlds


@given(later_worlds())
def test_a_plan_is_read_back_as_it_was_written(world):
    worked = work_out(world.catalogue, world.background)
    sure = None if worked.route is None else forecast(worked, samples=50)
    kept = json.loads(json.dumps(write_plan(worked.plan, sure)))
    assert read_plan(kept, world.background) == (worked.plan, sure)
