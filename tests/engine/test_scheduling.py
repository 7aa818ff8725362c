"""Dates once found stay: the scheduler has nothing left to say about its own answer."""

from hypothesis import assume, given

from planner.engine.planning import work_out
from planner.engine.scheduling import improve, schedule, settle
from tests.engine.strategies import later_worlds


@given(later_worlds())
def test_dating_a_plan_again_changes_nothing(world):
    worked = work_out(world.catalogue, world.background)
    network, route, starts = worked.network, worked.route, worked.starts
    assume(route is not None)
    assert route is not None
    assert starts is not None
    order = sorted(route.ways, key=lambda name: (starts[name], name))
    assert schedule(network, route, order) == starts
    assert settle(network, route, starts) == starts
    assert improve(network, route, starts) == (route, starts)
