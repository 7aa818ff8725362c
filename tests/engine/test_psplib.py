"""PSPLIB: scheduling problems with known optima, through the engine's own types.

They lie in a folder beside the project. A few of each kind are solved; with
CAREERPATH_EXAMPLES in the hundreds or more all of `j10.mm`, and more of the others.
"""

import os
from collections import defaultdict

import pytest

from bench.psplib import (
    FOLDER,
    Instance,
    instances,
    known,
    mode_name,
    name_of,
    network_of,
    read,
)
from planner.engine.guessing import first_route
from planner.engine.network import Activity, Need, Network, Option, Way
from planner.engine.scheduling import earliest_bounds
from planner.engine.solving import solve

IS_LONG = int(os.environ.get("CAREERPATH_EXAMPLES", "0")) >= 100
# What is taken of each kind: every so many, in a quick run and in a long one.
EVERY = {"j10.mm": (10, 1), "j30.sm": (20, 4), "j20.mm": (24, 4)}

needs_psplib = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the folder shared/psplib is not beside the project"
)


def some(kind):
    return [
        pytest.param(path, id=path.name)
        for path in instances(kind)[:: EVERY[kind][IS_LONG]]
    ]


def solved(path):
    instance = read(path)
    solution = solve(network_of(instance))
    assert solution is not None, "every instance here has a schedule"
    assert faults(instance, solution) == []
    return solution, solution.starts[name_of(max(instance.jobs))]


def faults(instance: Instance, solution) -> list[str]:
    """Check a solution against the file alone, not against the engine's types."""
    found = []
    real = [n for n in instance.jobs if n != min(instance.jobs)]
    starts = {n: solution.starts[name_of(n)] for n in real}
    modes = {}
    for number in real:
        names = [mode_name(i) for i, _ in enumerate(instance.jobs[number].modes)]
        taken = solution.route.ways[name_of(number)].name
        modes[number] = instance.jobs[number].modes[names.index(taken)]
        if starts[number] < 0:
            found.append(f"job {number} starts before the project")
        for successor in instance.jobs[number].successors:
            if starts[successor] < starts[number] + modes[number].duration:
                found.append(f"job {successor} does not wait for job {number}")
    used: defaultdict[tuple[int, int], int] = defaultdict(int)
    consumed: defaultdict[int, int] = defaultdict(int)
    for number, mode in modes.items():
        for resource, amount in enumerate(mode.consumes):
            consumed[resource] += amount
        for period in range(starts[number], starts[number] + mode.duration):
            for resource, amount in enumerate(mode.uses):
                used[resource, period] += amount
    found += [
        f"too much of renewable {resource} in period {period}"
        for (resource, period), amount in used.items()
        if amount > instance.renewable[resource]
    ]
    found += [
        f"too much of nonrenewable {resource}"
        for resource, amount in consumed.items()
        if amount > instance.nonrenewable[resource]
    ]
    return found


@needs_psplib
@pytest.mark.parametrize("path", some("j10.mm"))
def test_small_projects_with_several_modes_are_proven(path):
    best = known()[path.name]
    assert best.is_optimal
    solution, makespan = solved(path)
    assert solution.is_proven
    assert makespan == best.best


@needs_psplib
@pytest.mark.parametrize("path", [*some("j30.sm"), *some("j20.mm")])
def test_no_wrong_optimum_is_claimed(path):
    best = known()[path.name]
    solution, makespan = solved(path)
    assert makespan >= best.least
    if solution.is_proven:
        assert makespan <= best.best
        assert makespan == best.best or not best.is_optimal


@needs_psplib
def test_the_check_sees_what_is_wrong():
    """Everything at once breaks precedence and resources; the check says so."""
    instance = read(instances("j10.mm")[0])
    solution, _ = solved(instances("j10.mm")[0])
    at_once = type(solution)(
        solution.route, dict.fromkeys(solution.starts, 0), is_proven=True
    )
    found = faults(instance, at_once)
    assert any("does not wait" in fault for fault in found)
    assert any("too much of renewable" in fault for fault in found)


def test_a_mangled_file_is_refused(tmp_path):
    path = tmp_path / "no.sm"
    path.write_text("PRECEDENCE RELATIONS:\n", encoding="ascii")
    with pytest.raises(ValueError, match=r"no\.sm is no PSPLIB instance"):
        read(path)


# Stocks: what is used up, in networks small enough to see why


def job(name, *ways, after=()):
    needs = tuple(
        Need(number, "before", tuple(Option(o) for o in options))
        for number, options in after
    )
    return Activity(id=name, kind="milestone", title=name, ways=ways, needs=needs)


def project(*jobs, after, **stocks):
    goal = job("goal", Way("", 0), after=tuple(enumerate(after)))
    return Network(
        goal="goal",
        activities={j.id: j for j in (*jobs, goal)},
        capacities={"desk": 1},
        stocks=stocks,
    )


def way(name, weeks, money):
    return Way(name, weeks, (("desk", 1),), consumes=(("money", money),))


def test_the_fast_way_is_not_taken_where_the_stock_does_not_allow_it():
    both = (way("fast", 1, 5), way("slow", 4, 1))
    for money, makespan in ((10, 2), (9, 5), (6, 5), (5, 8), (2, 8)):
        network = project(
            job("a", *both), job("b", *both), after=[["a"], ["b"]], money=money
        )
        solution = solve(network)
        assert solution is not None
        assert solution.is_proven
        assert solution.starts["goal"] == makespan, money
    short = project(job("a", *both), job("b", *both), after=[["a"], ["b"]], money=1)
    assert solve(short) is None


def test_the_first_guess_uses_up_no_more_than_there_is():
    both = (way("fast", 1, 5), way("slow", 4, 1))
    for money in (10, 9, 6, 5, 2):
        network = project(
            job("a", *both), job("b", *both), after=[["a"], ["b"]], money=money
        )
        guess = first_route(network, earliest_bounds(network))
        assert guess is not None
        used = sum(dict(w.consumes).get("money", 0) for w in guess.route.ways.values())
        assert used <= money


def test_of_two_ways_alike_but_for_what_they_use_up_the_right_one_is_named():
    network = project(
        job("a", way("only", 2, 5), way("only", 2, 1)), after=[["a"]], money=3
    )
    solution = solve(network)
    assert solution is not None
    assert solution.route.ways["a"].consumes == (("money", 1),)


def test_an_activity_that_uses_up_less_is_no_double():
    network = project(
        job("dear", way("only", 2, 5)),
        job("cheap", way("only", 2, 1)),
        after=[["dear", "cheap"]],
        money=3,
    )
    solution = solve(network)
    assert solution is not None
    assert set(solution.starts) == {"cheap", "goal"}


def test_more_than_there_is_of_a_resource_is_never_taken():
    twice = Way("twice", 1, (("desk", 2),))
    network = project(job("a", twice, Way("once", 3, (("desk", 1),))), after=[["a"]])
    solution = solve(network)
    assert solution is not None
    assert solution.starts["goal"] == 3
