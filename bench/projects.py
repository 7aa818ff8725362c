"""How long PSPLIB's projects take, and whether any wrong optimum is claimed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bench.psplib import instances, known, network_of, read
from planner.engine.solving import solve


@dataclass(slots=True)
class Solved:
    milliseconds: list[float] = field(default_factory=list)
    proven: int = 0
    wrong: int = 0  # below the best known bound, or proven with another optimum
    at_best: int = 0  # as short as the best known


def time_projects(kind: str, cases: int) -> Solved:
    """Solve so many instances of a kind, spread evenly over all there are here."""
    paths = instances(kind)
    found, best_known = Solved(), known()
    for path in paths[:: max(1, len(paths) // cases)][:cases]:
        network, best = network_of(read(path)), best_known[path.name]
        began = time.perf_counter()
        solution = solve(network)
        found.milliseconds.append((time.perf_counter() - began) * 1000)
        if solution is None:
            found.wrong += 1  # all of them have a schedule
            continue
        makespan = solution.starts[network.goal]
        found.proven += solution.is_proven
        found.at_best += makespan == best.best
        found.wrong += makespan < best.least or (
            solution.is_proven and makespan > best.best
        )
    return found
