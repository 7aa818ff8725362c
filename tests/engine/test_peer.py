"""PyJobShop, which `make bench` measures against, finds the same arrivals."""

import pytest

from bench.against import career_network
from bench.peer import arrival, narrowed, within_a_life
from planner.engine.solving import solve


@pytest.mark.parametrize("view", [narrowed, within_a_life])
@pytest.mark.parametrize("seed", range(4))
def test_another_model_of_the_same_career_arrives_in_the_same_week(view, seed):
    network = career_network(seed, 10)
    ours, given = solve(network), view(network)
    assert ours is not None
    assert given is not None
    answer = arrival(given)
    assert ours.is_proven
    assert answer.is_proven
    assert answer.arrival == ours.starts[network.goal]
