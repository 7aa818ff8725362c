"""The scheduling core against PSPLIB, whose optima are known.

Some of the instances in every run; all of them with CAREERPATH_EXAMPLES=10000.
"""

import os
from typing import Any

import pytest

from bench import psplib
from bench.psplib import Instance
from planner.engine.guessing import Solution

MANY = bool(os.environ.get("CAREERPATH_EXAMPLES"))


def shown(kind: str, every: int) -> list[Any]:
    """Return each so-manieth instance of a set; what is missing is seen in the test."""
    folder = psplib.LIBRARY / kind
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return [
        pytest.param(kind, name, id=name) for name in names[:: 1 if MANY else every]
    ] or [pytest.param(kind, "", id=f"none of {kind}")]


@pytest.fixture
def known(shared):
    return psplib.known()


def makespan(instance: Instance, solution: Solution) -> int:
    return solution.starts[str(instance.sink)]


def faults(instance: Instance, solution: Solution) -> list[str]:
    """Return what a solution breaks, by the numbers of the file alone."""
    starts = {job: solution.starts[str(job)] for job in instance.modes}
    taken = {
        job: modes[int(solution.route.ways[str(job)].name.split()[1]) - 1]
        for job, modes in instance.modes.items()
    }
    ends = {job: starts[job] + taken[job].periods for job in starts}
    found = [
        f"{after} starts before {job} ends"
        for job, followers in instance.followers.items()
        for after in followers
        if starts[after] < ends[job]
    ]
    for number, there in enumerate(instance.renewable):
        for period in range(max(ends.values())):
            used = sum(
                taken[job].takes[number]
                for job in starts
                if starts[job] <= period < ends[job]
            )
            if used > there:
                found.append(f"R{number + 1} in period {period}: {used} of {there}")
    for number, there in enumerate(instance.stocks, len(instance.renewable)):
        used = sum(mode.takes[number] for mode in taken.values())
        if used > there:
            found.append(f"stock {number}: {used} of {there}")
    return found


@pytest.mark.parametrize(("kind", "name"), shown("j10.mm", every=8))
def test_every_small_instance_of_several_modes_is_closed(kind, name, known):
    instance = psplib.read(psplib.LIBRARY / kind / name)
    solution = psplib.solved(instance)
    assert solution.is_proven
    assert makespan(instance, solution) == known[name].best
    assert known[name].is_optimal
    assert faults(instance, solution) == []


@pytest.mark.parametrize(
    ("kind", "name"), [*shown("j30.sm", every=12), *shown("j20.mm", every=16)]
)
def test_no_optimum_is_claimed_that_is_none(kind, name, known):
    instance = psplib.read(psplib.LIBRARY / kind / name)
    solution = psplib.solved(instance)
    assert faults(instance, solution) == []
    found, best = makespan(instance, solution), known[name]
    assert found >= best.lowest
    if solution.is_proven:
        assert found <= best.best
    if solution.is_proven and best.is_optimal:
        assert found == best.best


def test_a_file_is_read_as_it_is_written(tmp_path):
    path = tmp_path / "small.mm"
    path.write_text(
        """\
RESOURCES
  - renewable                 :  1   R
  - nonrenewable              :  1   N
****
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          1           2
   2        2          1           3
   3        1          0
****
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  N 1
----
  1      1     0       0    0
  2      1     3       2    5
         2     4       1    1
  3      1     0       0    0
****
RESOURCEAVAILABILITIES:
  R 1  N 1
    2    4
"""
    )
    instance = psplib.read(path)
    assert (instance.renewable, instance.stocks) == ((2,), (4,))
    assert instance.followers == {1: (2,), 2: (3,), 3: ()}
    assert [mode.takes for mode in instance.modes[2]] == [(2, 5), (1, 1)]
    solution = psplib.solved(instance)
    # The faster mode would use up more than there is.
    assert (makespan(instance, solution), solution.is_proven) == (4, True)
    assert faults(instance, solution) == []
