"""The one CP-SAT model: which route is best, and the proof that it is.

This is the multi-mode resource-constrained project scheduling problem with
alternative activities. The solver is loaded when it is first used, because it
costs a quarter of a second and much memory that most commands need not pay.
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from planner.engine.background import Objective
from planner.engine.guessing import Solution, first_route, kept_route
from planner.engine.narrowing import Narrowed, followers, narrow, without_doubles
from planner.engine.network import EFFORT, Activity, Need, Network, Option, Way
from planner.engine.scheduling import (
    Bounds,
    Profile,
    Route,
    earliest_bounds,
    scaled,
    waits_of,
)
from planner.engine.weeks import share_of

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel

EFFORT_LIMIT = 1.5  # the solver's own unit; the same on every machine
SHORT_LIMIT = 0.01
TINY = 1e-6  # what a bound may be off
WALL_CLOCK_LIMIT = 60.0  # only a backstop; a plan that meets it is not repeatable
LARGEST = 2**62
LONGEST = 45 * 52  # weeks; a plan that takes longer than a working life is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a plan may cost, in whole dollars, and what may be spent on finding it.

    The effort is in the solver's own unit, some seconds each, so that the same is
    found on every machine. Where nothing was found at all, it is spent so many times
    more: not to have found a plan is no proof that there is none.
    """

    most_cost: int | None = None
    effort: float = EFFORT_LIMIT
    patience: int = 10


QUICK = Limits(effort=0.3)  # for what is only set beside a plan


def solve(
    network: Network,
    objective: Objective = "earliest",
    limits: Limits | None = None,
    known: Solution | None = None,
) -> Solution | None:
    """Find the best route; None where none exists, or none for so much money.

    Best is, of what is required and in this order: the earliest arrival, the lowest
    known cost, the fewest steps, what is listed first. For the cheapest, the lowest
    known cost comes first of all. The arrival is settled before the rest, because
    most of the rest can be ruled out once it is known. What is recommended for the
    route is added at the end, as far as arrival and money allow.

    Where an earlier plan is planned anew, the fewest steps more and then the fewest
    moves against it come right after the arrival, and what is recommended is weighed
    with all the rest.

    Who has solved this network for the other objective can tell the earliest route
    that is `known` of it, where nothing is planned anew.
    """
    limits = limits or Limits()
    whole = network
    network = without_doubles(network)
    bounds = earliest_bounds(network)
    if not bounds.reaches(network.goal):
        return None
    bare = _required_only(network)
    is_anew = network.planned is not None and objective == "earliest"
    earliest = known
    if earliest is None:
        found = kept_route(bare) if network.planned is not None else None
        if found is None and limits.most_cost is None:
            found = first_route(network, bounds)
        if found is not None and limits.most_cost is not None:
            cost = sum(way.cost for way in found.route.ways.values())
            found = found if cost <= limits.most_cost else None
        complete = network if is_anew else bare
        earliest = _best(bare, found, limits, bounds, complete)
    if earliest is None:
        return None
    best = earliest
    if objective == "cheapest":
        best = _cheapest(bare, best, bounds, limits)
    if network is not bare and not is_anew:
        best = _with_recommendations(network, best, limits)
    route = _with_all_starts(whole, best.route)
    return replace(best, route=route, earliest=earliest)


def can_arrive(network: Network, week: int = LONGEST) -> bool:
    """Say whether any route arrives by a week, which takes less than the best one.

    Where the solver leaves it open, the answer is yes.
    """
    network = without_doubles(network)
    bounds = earliest_bounds(network)
    if bounds.starts[network.goal] > week:
        return False
    guess = first_route(network, bounds)
    if guess is not None and guess.starts[network.goal] <= week:
        return True
    narrowed = narrow(_required_only(network), week)
    if narrowed is None:
        return False
    model = _Model(narrowed, hint=None, limits=replace(QUICK, patience=0))
    return model.any() is not None or not model.is_impossible


def least_cost(network: Network, free: Container[str] = ()) -> int:
    """Return a cost in dollars that no route undercuts, the `free` things left aside.

    What an activity costs, and the dearest of its required needs, each met by its
    cheapest option: what several needs share is so counted once. It may be too low.
    """
    least: dict[str, int] = {}
    below: list[tuple[str, bool]] = [(network.goal, False)]
    while below:
        name, is_ready = below.pop()
        activity = network.activities[name]
        needs = [need for need in activity.needs if need.is_required]
        if not is_ready and name not in least:
            least[name] = 0  # so far, and where it would lead back to itself
            below.append((name, True))
            below += [
                (option.activity, False)
                for need in needs
                for option in need.options
                if option.activity in network.activities
            ]
        elif is_ready:
            own = min((way.cost for way in activity.ways), default=0)
            least[name] = (0 if name in free else own) + max(
                (
                    min((least.get(o.activity, 0) for o in need.options), default=0)
                    for need in needs
                ),
                default=0,
            )
    return least[network.goal]


def required_cost(network: Network, route: Route) -> int:
    """Return the known cost of what a route does not only recommend, in dollars."""
    needed: set[str] = set()
    todo = [network.goal]
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo += [o.activity for need, o in route.met[name] if need.is_required]
    return sum(route.ways[name].cost for name in needed)


def _best(
    network: Network,
    found: Solution | None,
    limits: Limits,
    bounds: Bounds,
    complete: Network,
) -> Solution | None:
    """Find the best route, beginning with one that is known, if one is.

    What comes after the arrival is weighed on the complete network. The first route
    knows less than the model does; where it was too hopeful, the search starts again
    with all the time there is.
    """
    hopes = [LONGEST] if found is None else [found.starts[network.goal], LONGEST]
    for horizon in hopes:
        best = _best_by(network, horizon, found, limits, bounds, complete)
        if best is not None:
            return best
    return None


def _cheapest(
    network: Network, best: Solution, bounds: Bounds, limits: Limits
) -> Solution:
    """Find the lowest known cost, and the earliest arrival for so much.

    Often nothing is cheaper than the earliest route, which is quickly proven.
    """
    cost = sum(way.cost for way in best.route.ways.values())
    if not best.is_proven or cost <= least_cost(network):
        return best
    narrowed = narrow(network, LONGEST)
    if narrowed is None:
        return best
    model = _Model(narrowed, hint=None, limits=replace(limits, most_cost=cost - 1))
    found = model.cheapest()
    if found is None:
        return best if model.is_impossible else replace(best, is_proven=False)
    if not found.is_proven:
        return found
    least = sum(way.cost for way in found.route.ways.values())
    within = replace(limits, most_cost=least)
    return _best(network, found, within, bounds, network) or found


def _with_all_starts(network: Network, route: Route) -> Route:
    """Give each way the starts back that were ruled out for the solver's sake."""
    ways = {
        name: next(
            (other for other in network.activities[name].ways if _same(other, way)), way
        )
        for name, way in route.ways.items()
    }
    return replace(route, ways=ways)


def _required_only(network: Network) -> Network:
    """Return the network without what is only recommended, itself if there is none."""
    if all(n.is_required for a in network.activities.values() for n in a.needs):
        return network
    return replace(
        network,
        activities={
            name: replace(
                activity, needs=tuple(n for n in activity.needs if n.is_required)
            )
            for name, activity in network.activities.items()
        },
    )


def _with_recommendations(network: Network, best: Solution, limits: Limits) -> Solution:
    """Add to a route what is recommended, as far as arrival and money allow."""
    wishes = [
        need
        for name in best.route.ways
        for need in network.activities[name].needs
        if not need.is_required
    ]
    if not best.is_proven or not wishes:
        return best
    narrowed = narrow(_held(network, best.route), best.starts[network.goal])
    if narrowed is None:
        return best
    return _Model(narrowed, hint=best, limits=limits).best() or best


def _held(network: Network, route: Route) -> Network:
    """Return the network with this route's ways (but for pace) and options held."""
    activities = dict(network.activities)
    for name, taken in route.ways.items():
        activity = activities[name]
        used = {need.number: option for need, option in route.met[name]}

        def chosen(need: Need, used: dict[int, Option] = used) -> Need:
            option = used.get(need.number)
            return need if option is None else replace(need, options=(option,))

        activities[name] = replace(
            activity,
            needs=tuple(chosen(need) for need in activity.needs),
            ways=tuple(
                replace(way, needs=tuple(chosen(need) for need in way.needs))
                for way in activity.ways
                if _is_same_but_for_pace(way, taken)
            ),
        )
    return replace(network, activities=activities)


def _is_same_but_for_pace(way: Way, taken: Way) -> bool:
    return (
        way.name,
        way.position,
        way.weeks == taken.weeks or EFFORT in dict(way.uses),
    ) == (
        taken.name,
        taken.position,
        True,
    )


def _best_by(
    network: Network,
    horizon: int,
    hint: Solution | None,
    limits: Limits,
    bounds: Bounds,
    complete: Network,
) -> Solution | None:
    """Find the best route among those that arrive by a week, if there are any."""
    if horizon > bounds.starts[network.goal]:
        narrowed = narrow(network, horizon)
        if narrowed is None:
            return None
        model = _Model(narrowed, hint=hint, limits=limits)
        earliest = model.earliest()
        if earliest is None:
            return None if model.is_impossible else hint
        hint = earliest
        if not hint.is_proven:
            return hint
        horizon = hint.starts[network.goal]
    narrowed = narrow(complete, horizon)
    if narrowed is None:
        return None
    if complete.planned is not None:
        kept = kept_route(complete)
        if kept is not None and kept.starts[complete.goal] <= horizon:
            hint = kept
    model = _Model(narrowed, hint=hint, limits=limits)
    best = model.best()
    if best is None and hint is not None and not model.is_impossible:
        best = replace(hint, is_proven=False)  # no time left to say more
    # By now it is proven that nobody arrives earlier, whatever else is not.
    return None if best is None else replace(best, gap_weeks=0)


class _Model:
    """Builds the model, solves it, and reads the answer.

    Its variables have no names: nobody reads them, and writing them takes time.
    """

    def __init__(
        self,
        narrowed: Narrowed,
        *,
        hint: Solution | None,
        limits: Limits,
    ) -> None:
        from ortools.sat.python import cp_model

        self.cp = cp_model
        self.network = narrowed.network
        self.activities = narrowed.network.activities
        self.soonest = narrowed.earliest
        self.latest = narrowed.latest
        self.hint = hint
        self.limits = limits
        self.model: CpModel = cp_model.CpModel()
        self.present: dict[str, Any] = {}
        self.start: dict[str, Any] = {}
        self.way: dict[tuple[str, int], Any] = {}
        self.picks: dict[tuple[str, int], Any] = {}  # of academic ways: which start
        self.is_impossible = False  # proven to be, once it was solved
        self.readies: dict[tuple[str, float, int], Any] = {}
        self.uses: list[tuple[str, Need, Option, Any]] = []
        self.wanted: dict[str, list[Any]] = {name: [] for name in self.activities}
        self.busy: dict[str, list[tuple[Any, int]]] = {}
        self.running = _running(self.network)
        self.least = self._least()
        self._add_activities()
        self._add_needs()
        self._add_searches()
        self._add_wants()
        self._add_resources()
        self._add_effort()
        self._add_stocks()
        self._add_hint()
        if limits.most_cost is not None:
            self.model.add(self._cost() <= limits.most_cost)

    def any(self) -> Solution | None:
        """Find any plan that arrives by the latest goal."""
        return self._solve(is_arrival=True)

    def earliest(self) -> Solution | None:
        """Find the earliest arrival."""
        self.model.minimize(self.start[self.network.goal])
        return self._solve(is_arrival=True)

    def cheapest(self) -> Solution | None:
        """Find the lowest known cost, whenever that arrives."""
        self.model.minimize(self._cost())
        return self._solve()

    def best(self) -> Solution | None:
        """Find the best among the plans that arrive by the latest goal."""
        self._prefer()
        return self._solve()

    def _solve(self, *, is_arrival: bool = False) -> Solution | None:
        """Solve the model, at first without the linear relaxation for the arrival.

        Most arrivals are proven faster without it. Where total effort competes for
        total hours it proves in 450 conflicts what takes 16,000 without, so it is
        there for those that a short first try leaves open.
        """
        solver = self.cp.CpSolver()
        status = None
        if is_arrival:
            status = self._run(solver, SHORT_LIMIT, linear=0)
        if status != self.cp.OPTIMAL and status != self.cp.INFEASIBLE:
            status = self._run(solver, self.limits.effort, linear=int(is_arrival))
        if status == self.cp.UNKNOWN and self.hint is None and self.limits.patience:
            limit = self.limits.patience * self.limits.effort
            status = self._run(solver, limit, linear=int(is_arrival))
        return self._read(solver, status, is_arrival=is_arrival)

    def _run(self, solver: Any, limit: float, *, linear: int) -> Any:
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        # What was measured to help on career plans: little presolve, and strong
        # reasoning about a week's free hours.
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.inprocessing_probing_dtime = 0.0
        solver.parameters.inprocessing_minimization_dtime = 0.0
        solver.parameters.use_timetable_edge_finding_in_cumulative = True
        solver.parameters.use_overload_checker_in_cumulative = True
        solver.parameters.linearization_level = linear
        solver.parameters.max_deterministic_time = limit
        solver.parameters.max_time_in_seconds = WALL_CLOCK_LIMIT
        return solver.solve(self.model)

    def _read(self, solver: Any, status: Any, *, is_arrival: bool) -> Solution | None:
        if status == self.cp.MODEL_INVALID:  # would look like "no plan exists"
            raise RuntimeError(f"The model is invalid: {self.model.validate()}")
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            self.is_impossible = status == self.cp.INFEASIBLE
            return None
        starts = {
            name: solver.value(self.start[name])
            for name in self.activities
            if solver.value(self.present[name])
        }
        is_proven = status == self.cp.OPTIMAL
        goal = self.network.goal
        bound = self.soonest[goal]
        if is_arrival:
            bound = max(bound, math.ceil(solver.best_objective_bound - TINY))
        return Solution(
            self._route(solver, starts),
            starts,
            is_proven=is_proven,
            gap_weeks=0 if is_proven else starts[goal] - bound,
        )

    # What can be done, in which way, when

    def _add_activities(self) -> None:
        model = self.model
        for name, activity in self.activities.items():
            always = name == self.network.goal or activity.fixed is not None
            self.present[name] = (
                model.new_constant(1) if always else model.new_bool_var("")
            )
            self.start[name] = self._start_variable(name, activity)
            literals = []
            for index, way in enumerate(activity.ways):
                literal = (
                    self.present[name]
                    if len(activity.ways) == 1
                    else model.new_bool_var("")
                )
                self.way[name, index] = literal
                literals.append(literal)
                self._add_way(name, activity, index, way, literal)
            if len(literals) > 1:
                model.add(sum(literals) == self.present[name])
            elif not literals:
                model.add(self.present[name] == 0)

    def _start_variable(self, name: str, activity: Activity) -> Any:
        if activity.fixed is not None:
            return self.model.new_constant(activity.fixed.start)
        if all(way.starts is not None for way in activity.ways):
            allowed = {start for way in activity.ways for start in way.starts or ()}
            return self.model.new_int_var_from_domain(
                self.cp.Domain.from_values(sorted(allowed)), ""
            )
        return self.model.new_int_var(self.soonest[name], self.latest[name], "")

    def _add_way(
        self, name: str, activity: Activity, index: int, way: Way, literal: Any
    ) -> None:
        model, start = self.model, self.start[name]
        if activity.fixed is not None:
            return  # its use of resources is taken off the capacities
        if way.layouts is not None:
            self._add_academic_way(name, index, way, literal)
            return
        if way.starts is not None and len(activity.ways) > 1:
            model.add_linear_expression_in_domain(
                start, self.cp.Domain.from_values(list(way.starts))
            ).only_enforce_if(literal)
        if way.uses:
            interval = model.new_optional_fixed_size_interval_var(
                start, way.weeks, literal, ""
            )
            for resource, amount in way.uses:
                taken = self._taken(resource, amount, name)
                self.busy.setdefault(resource, []).append((interval, taken))

    def _add_academic_way(self, name: str, index: int, way: Way, literal: Any) -> None:
        """One literal a start; the stretches of study are sums over them."""
        model = self.model
        layouts = [way.layout(start) for start in way.starts or ()]
        picks = [model.new_bool_var("") for x in layouts]
        self.picks[name, index] = list(zip(layouts, picks, strict=True))
        model.add(sum(picks) == literal)
        model.add(
            self.start[name]
            == self.cp.LinearExpr.weighted_sum(picks, [x.start for x in layouts])
        ).only_enforce_if(literal)
        for layout, pick in zip(layouts, picks, strict=True):
            for begin, end in layout.spans:
                interval = model.new_optional_fixed_size_interval_var(
                    begin, end - begin, pick, ""
                )
                for resource, amount in way.uses:
                    taken = self._taken(resource, amount, name)
                    self.busy.setdefault(resource, []).append((interval, taken))

    def _taken(self, resource: str, amount: int, name: str) -> int:
        """Return what something takes of a resource: all, if it leaves no use of it.

        What is left beside nine hours of ten is of use to nothing that takes four.
        To say so changes no plan, and the solver sees much sooner what is too late.
        """
        capacity = self.network.capacities[resource]
        others = (least for other, least in self.least[resource] if other != name)
        left = capacity - amount
        return capacity if 0 <= left < next(others, capacity + 1) else amount

    def _least(self) -> dict[str, list[tuple[str, int]]]:
        """Return the two that take least of each resource, and how much that is."""
        taken: dict[str, dict[str, int]] = {r: {} for r in self.network.capacities}
        for name, activity in self.activities.items():
            for way in activity.ways if activity.fixed is None else ():
                for resource, amount in way.uses:
                    if amount:
                        least = taken[resource].get(name, amount)
                        taken[resource][name] = min(least, amount)
        for resource, _, _, amount in self.running:
            least = taken[resource].get("", amount)  # no activity has this name
            taken[resource][""] = min(least, amount)
        return {
            resource: sorted(found.items(), key=itemgetter(1, 0))[:2]
            for resource, found in taken.items()
        }

    # What waits for what

    def _add_needs(self) -> None:
        for name, activity in self.activities.items():
            for need in activity.needs:
                self._add_need(name, need, self.present[name])
            for index, way in enumerate(activity.ways):
                for need in way.needs:
                    self._add_need(name, need, self.way[name, index])

    def _add_need(self, owner: str, need: Need, asking: Any) -> None:
        model = self.model
        options = need.options
        if not options:
            if need.is_required:
                model.add(asking == 0)
            return
        literals = []
        for option in options:
            literal = (
                asking
                if len(options) == 1 and need.is_required
                else model.new_bool_var("")
            )
            literals.append(literal)
            self.uses.append((owner, need, option, literal))
            if not option.is_by_product:
                self.wanted[option.activity].append(literal)
            model.add_implication(literal, self.present[option.activity])
            self._serve(option, literal)
            self._wait(owner, option, literal)
        if need.is_required:
            if len(literals) > 1:
                model.add(sum(literals) == asking)
        else:
            model.add(sum(literals) <= asking)

    def _serve(self, option: Option, literal: Any) -> None:
        ways = self.activities[option.activity].ways
        serving = [
            self.way[option.activity, index]
            for index, way in enumerate(ways)
            if way.serves(option)
        ]
        if len(serving) < len(ways):
            self.model.add_bool_or([*serving, literal.negated()])

    def _wait(self, owner: str, option: Option, literal: Any) -> None:
        """The owner starts once the option is ready, if it is the one in use."""
        ready = self._ready(option)
        self.model.add(self.start[owner] >= ready).only_enforce_if(literal)

    def _ready(self, option: Option) -> Any:
        """Return the week in which an option is ready, whichever way is taken."""
        key = (option.activity, option.share, option.weeks)
        if key in self.readies:
            return self.readies[key]
        activity = self.activities[option.activity]
        ready: Any
        if activity.fixed is not None:
            ready = activity.ways[0].reach(activity.fixed.start, option)
        else:
            literals, lengths = [], []
            for index, way in enumerate(activity.ways):
                if way.layouts is None:
                    literals.append(self.way[option.activity, index])
                    lengths.append(way.reach(0, option))
                    continue
                for layout, pick in self.picks[option.activity, index]:
                    literals.append(pick)
                    lengths.append(layout.reach(option.share) - layout.start)
            longest = max(lengths, default=0)
            ready = self.model.new_int_var(
                0, self.latest[option.activity] + longest, ""
            )
            after = self.cp.LinearExpr.weighted_sum(literals, lengths)
            self.model.add(ready == self.start[option.activity] + after)
        self.readies[key] = ready
        return ready

    def _add_searches(self) -> None:
        for name, activity in self.activities.items():
            if activity.follows is None:
                continue
            owner, share = activity.follows
            if owner not in self.activities:
                continue
            others = list(self.network.others(self.activities[owner]))
            for asking, need, option, literal in self.uses:
                if asking == owner and need in others:
                    self._wait(name, scaled(option, share), literal)

    def _add_wants(self) -> None:
        """Nothing is planned that no need chose."""
        for name, activity in self.activities.items():
            if name == self.network.goal or activity.fixed is not None:
                continue
            self.model.add_bool_or([*self.wanted[name], self.present[name].negated()])

    # What it takes of a week

    def _add_resources(self) -> None:
        for resource, begin, finish, amount in self.running:
            interval = self.model.new_fixed_size_interval_var(begin, finish - begin, "")
            self.busy.setdefault(resource, []).append((interval, amount))
        for resource, busy in self.busy.items():
            capacity = self.network.capacities[resource]
            if capacity == 1 and all(amount == 1 for _, amount in busy):
                self.model.add_no_overlap([interval for interval, _ in busy])
            else:
                self.model.add_cumulative(
                    [interval for interval, _ in busy],
                    [amount for _, amount in busy],
                    capacity,
                )

    def _add_effort(self) -> None:
        """All effort before the goal needs its weeks: a cut, for a quicker proof.

        What must be done to the end before the goal, or before the goal's job
        search to its share, takes as much of a resource as it takes; that many
        weeks at full capacity have to lie before it, and so does what runs already,
        as far as it does so before the goal can be reached.
        """
        partial = {
            option.activity
            for _, _, option, _ in self.uses
            if option.share < 1 or option.weeks
        }
        goal = self.network.goal
        searches = followers(self.network, self.activities[goal])
        apart = self._apart_from_search() | {name for name, _ in searches}
        for end, share, outside in [
            (goal, 1.0, partial),
            *((name, share, partial | apart) for name, share in searches),
        ]:
            for resource, capacity in self.network.capacities.items():
                effort: Any = sum(
                    amount * (min(finish, self.soonest[end]) - begin)
                    for taken, begin, finish, amount in self.running
                    if taken == resource and begin < self.soonest[end]
                )
                for name, activity in self.activities.items():
                    if name in outside or activity.fixed is not None:
                        continue
                    for index, way in enumerate(activity.ways):
                        amount = dict(way.uses).get(resource)
                        if amount is not None and way.layouts is None:
                            weeks = share_of(share, way.weeks)
                            amount = self._taken(resource, amount, name)
                            effort += amount * weeks * self.way[name, index]
                if capacity and not isinstance(effort, int):
                    self.model.add(capacity * self.start[end] >= effort)

    def _add_stocks(self) -> None:
        """What is used up never exceeds what there is."""
        for stock, amount in self.network.stocks.items():
            used = [
                dict(way.consumes)[stock] * self.way[name, index]
                for name, activity in self.activities.items()
                for index, way in enumerate(activity.ways)
                if stock in dict(way.consumes)
            ]
            self.model.add(sum(used) <= amount)

    def _apart_from_search(self) -> set[str]:
        """Return what might serve only a recommendation, for which no search waits."""
        found: set[str] = set()
        todo = [
            option.activity
            for activity in self.activities.values()
            for need in activity.needs
            if not need.is_required
            for option in need.options
        ]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                for need in self.activities[name].all_needs():
                    todo += [option.activity for option in need.options]
        return found

    # What is best

    def _prefer(self) -> None:
        """Weigh what comes after the arrival, exactly and in order."""
        ties: Any = 0
        most_ties = 0
        for _, need, option, literal in self.uses:
            position = need.options.index(option)
            ties += position * literal
            most_ties += position
        steps: Any = 0
        most_cost = 0
        for name, activity in self.activities.items():
            steps += self.present[name]
            for index, way in enumerate(activity.ways):
                ties += way.position * self.way[name, index]
            most_ties += max((way.position for way in activity.ways), default=0)
            most_cost += max((way.cost for way in activity.ways), default=0)
        missed: Any = 0
        most_missed = 0
        for name, activity in self.activities.items():
            for need in activity.needs:
                if not need.is_required:
                    missed += self.present[name]
                    most_missed += 1
        for _, need, _, literal in self.uses:
            if not need.is_required:
                missed -= literal
        step_weight = most_ties + 1
        cost_weight = step_weight * (len(self.activities) + 1)
        missed_weight = cost_weight * (most_cost + 1)
        move_weight = missed_weight * (most_missed + 1)
        moves, most_moves = self._moves()
        if move_weight * (most_moves + 1) > LARGEST:
            raise OverflowError("The plan's costs are too large to be weighed exactly.")
        self.model.minimize(
            move_weight * moves
            + missed_weight * missed
            + cost_weight * self._cost()
            + step_weight * steps
            + ties
        )

    def _moves(self) -> tuple[Any, int]:
        """Count what is not as it was planned, and the most that it can come to.

        A step more outweighs all moves together: work that nobody planned is worse
        than other dates. It is 0 where nothing is planned anew.
        """
        moves: Any = 0
        most = 0
        for name, activity in self.activities.items():
            before = self.network.planned
            if before is None or name == self.network.goal or activity.fixed:
                continue
            weight = 1 if name in before else len(before) + 1
            most += weight
            if name not in before:
                moves += weight * self.present[name]
                continue
            planned = before[name]
            is_kept = self.model.new_bool_var("")
            self.model.add(self.start[name] == planned.start).only_enforce_if(is_kept)
            ways = [
                self.way[name, index]
                for index, way in enumerate(activity.ways)
                if planned.is_kept(way, planned.start)
            ]
            self.model.add_bool_or([*ways, is_kept.negated()])
            if self.hint is not None and name in self.hint.starts:
                way, start = self.hint.route.ways[name], self.hint.starts[name]
                self.model.add_hint(is_kept, planned.is_kept(way, start))
            moves += 1 - is_kept
        return moves, most

    def _cost(self) -> Any:
        """Return the known cost of what is planned, in whole dollars."""
        return sum(
            way.cost * self.way[name, index]
            for name, activity in self.activities.items()
            for index, way in enumerate(activity.ways)
            if way.cost
        )

    def _add_hint(self) -> None:
        """Tell the solver the whole of a plan that is known, to begin with."""
        if self.hint is None:
            return
        model, hint = self.model, self.hint
        used = {
            (owner, need.number, option)
            for owner, pairs in hint.route.met.items()
            for need, option in pairs
        }
        hinted: dict[int, int] = {}  # value by index

        def tell(variable: Any, value: int) -> None:
            index = variable.index
            if index >= 0:
                hinted.setdefault(index, int(value))

        for name, activity in self.activities.items():
            if activity.fixed is not None:
                continue
            start = hint.starts.get(name)
            tell(self.present[name], start is not None)
            if start is not None:
                tell(self.start[name], start)
            for index, way in enumerate(activity.ways):
                taken = start is not None and _same(way, hint.route.ways[name])
                tell(self.way[name, index], taken)
                for layout, pick in self.picks.get((name, index), ()):
                    tell(pick, taken and layout.start == start)
        for owner, need, option, literal in self.uses:
            tell(literal, (owner, need.number, option) in used)
        model.proto.solution_hint.vars.extend(list(hinted))
        model.proto.solution_hint.values.extend(list(hinted.values()))

    def _route(self, solver: Any, starts: Mapping[str, int]) -> Route:
        ways: dict[str, Way] = {}
        met: dict[str, list[tuple[Need, Option]]] = {name: [] for name in starts}
        for name in starts:
            for index, way in enumerate(self.activities[name].ways):
                if solver.value(self.way[name, index]):
                    ways[name] = way
        for owner, need, option, literal in self.uses:
            if owner in starts and solver.value(literal):
                met[owner].append((need, option))
        pairs = {name: tuple(found) for name, found in met.items()}
        return Route(ways, waits_of(self.network, pairs), pairs)


def _same(way: Way, other: Way) -> bool:
    """Say whether two ways are one, but for the starts that were ruled out."""
    return _marks(way) == _marks(other)


def _marks(way: Way) -> tuple[object, ...]:
    needs = tuple(need.number for need in way.needs)
    takes = (way.uses, way.consumes)
    return (way.name, way.position, way.weeks, way.load, takes, needs)


def _running(network: Network) -> list[tuple[str, int, int, int]]:
    """Return what runs already: resource, from week, up to week, amount.

    Two degrees in progress may ask for more than there is. They are facts, not
    plans, so together they take what there is and no more.
    """
    profile = Profile(network.capacities)
    for activity in network.activities.values():
        if activity.fixed is not None:
            profile.take(activity.ways[0], activity.fixed)
    stretches = []
    for resource, weeks in profile.taken.items():
        week = 0
        for amount, group in groupby(weeks):
            length = len(list(group))
            if amount:
                most = min(amount, network.capacities[resource])
                stretches.append((resource, week, week + length, most))
            week += length
    return stretches
