"""Pins, overrides, and planning anew after a slip."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import assume, given
from hypothesis import strategies as st

from planner.engine.background import Override, Pin, Progress, Tracked
from planner.engine.crediting import holdings
from planner.engine.network import build_network
from planner.engine.planning import make_plan, work_out
from planner.engine.solving import solve
from planner.engine.tracking import with_progress
from planner.engine.weeks import Calendar, monday_from
from tests.builders import (
    COMPUTER_SCIENCE,
    any_of,
    background,
    catalogue,
    degree,
    expected,
    full_time,
    held,
    internship,
    milestone,
    part_time,
    recommended,
    requirement,
    role,
    share_of,
    skill,
    weeks,
    whole,
    years,
)
from tests.engine.checker import Laid, faults
from tests.engine.reading import Reading
from tests.engine.strategies import later_worlds, worlds
from tests.engine.test_properties import could_start_earlier

WEEK = timedelta(weeks=1)


def by_id(plan):
    return {step.id: step for step in plan.steps}


def dates(plan):
    return {s.id: (s.mode, s.start, s.finish) for s in plan.steps}


def changed(plan):
    return {one.id: one for one in plan.changes}


def as_planned(plan, as_of, **slips):
    """Track a plan as if all had gone as planned up to a day, but for the slips."""
    steps = []
    for step in plan.steps:
        tracked = Tracked(
            id=step.id,
            mode=step.mode,
            start=step.start,
            finish=step.finish,
            started=step.start if step.start < as_of else None,
            finished=step.finish if step.finish <= as_of else None,
            load_hours_per_week=step.load_hours_per_week,
        )
        slip = slips.get(step.id.replace(":", "_").replace("-", "_"), {})
        steps.append(replace(tracked, **slip))
    return Progress(as_of=as_of, steps=tuple(steps))


# Overrides


def test_what_is_not_needed_counts_as_met_and_says_why():
    facts = catalogue(
        milestone("portfolio", teaches=["python"]),
        skill("python", hours=30),
        needs=["milestone:portfolio", "skill:python"],
    )
    waived = Override(id="milestone:portfolio", because="My work is public.")
    plan = make_plan(facts, background(not_needed=(waived,)))
    assert list(by_id(plan)) == ["skill:python"]
    assert [(c.requirement, c.by) for c in plan.credited] == [
        ("milestone:portfolio", "you say that you do not need it: My work is public.")
    ]


def test_a_job_search_can_be_done_without():
    facts = catalogue(
        milestone("job-search"),
        role("analyst", search="job-search"),
        needs=["role:analyst"],
        search="job-search",
    )
    plan = make_plan(facts, background())
    both = ["milestone:job-search", "milestone:job-search-analyst"]
    for search in both:
        waived = Override(id=search, because="I have an offer.")
        without = make_plan(facts, background(not_needed=(waived,)))
        assert {s.id for s in plan.steps} - {s.id for s in without.steps} == {search}
        assert [c.by for c in without.credited] == [
            "you say that you do not need it: I have an offer."
        ]


def test_a_wish_is_not_waived_with_the_requirement():
    facts = catalogue(
        degree("cs", full_time(years(1), academic=True), field=COMPUTER_SCIENCE),
        degree(
            "ms-cs",
            full_time(years(1), academic=True),
            level="master",
            field=COMPUTER_SCIENCE,
            requires=["degree:cs"],
        ),
        needs=[requirement("degree:cs"), requirement("degree:ms-cs")],
    )
    waived = Override(id="degree:ms-cs", because="I do not.")
    without = make_plan(facts, background(not_needed=(waived,)))
    wished = make_plan(facts, background(not_needed=(waived,), masters="yes"))
    assert list(by_id(without)) == ["degree:cs"]
    assert list(by_id(wished)) == ["degree:cs", "degree:ms-cs"]


@given(worlds(), st.data())
def test_a_plan_with_an_override_breaks_no_rule(world, data):
    plan = make_plan(world.catalogue, world.background)
    assume(plan.steps)
    step = data.draw(st.sampled_from([s.id for s in plan.steps]))
    waived = Override(id=step, because="I say so.")
    without = make_plan(
        world.catalogue, replace(world.background, not_needed=(waived,))
    )
    assert faults(without, world.catalogue, without.background) == []


# Pins


def pin_plan(facts, *pins, **answers):
    return make_plan(facts, background(pins=pins, **answers))


def test_a_pinned_step_does_not_start_before_its_day():
    facts = catalogue(milestone("portfolio"), needs=["milestone:portfolio"])
    plan = pin_plan(facts, Pin(id="milestone:portfolio", not_before=date(2028, 3, 1)))
    step = by_id(plan)["milestone:portfolio"]
    assert step.start == date(2028, 3, 6)
    assert step.because.kind == "pinned"
    assert step.because.text.endswith("does not begin before 6 March 2028.")


def test_a_pin_that_holds_nothing_is_no_reason():
    facts = catalogue(internship(), needs=["milestone:internship"])
    plan = pin_plan(facts, Pin(id="milestone:internship", not_before=date(2027, 9, 1)))
    assert by_id(plan)["milestone:internship"].because.kind == "window"


def test_a_step_pinned_exactly_has_no_slack_and_others_make_room():
    facts = catalogue(
        milestone("a", part_time(weeks(4), 6)),
        milestone("b", part_time(weeks(8), 6)),
        needs=["milestone:a", "milestone:b"],
    )
    first = background().start
    pin = Pin(id="milestone:a", exactly=monday_from(first) + 2 * WEEK)
    plan = pin_plan(facts, pin)
    a, b = by_id(plan)["milestone:a"], by_id(plan)["milestone:b"]
    assert (a.start, a.slack_days, a.because.kind) == (pin.exactly, 0, "pinned")
    assert b.start == a.finish
    assert b.because.kind == "hours"


def test_a_pin_of_what_is_not_planned_changes_nothing():
    facts = catalogue(
        skill("python", hours=40),
        skill("r", hours=20),
        needs=[any_of("skill:python", "skill:r")],
    )
    pins = (
        Pin(id="skill:python", exactly=date(2020, 1, 6)),
        Pin(id="degree:nothing", not_before=date(2040, 1, 1)),
    )
    plan = pin_plan(facts, *pins)
    assert dates(plan) == dates(make_plan(facts, background()))


def test_a_pin_in_a_week_that_is_not_allowed_says_so():
    facts = catalogue(
        internship(requires=["skill:python"]),
        skill("python", hours=900),
        degree("cs", full_time(years(1), academic=True)),
        needs=["milestone:internship", "degree:cs"],
    )
    for step, day, words in [
        ("milestone:internship", date(2028, 2, 7), "between 1 June and 31 August"),
        ("milestone:internship", date(2028, 6, 5), "what it needs is not done by then"),
        ("degree:cs", date(2027, 11, 1), "study begins with a term"),
        ("skill:python", date(2020, 11, 2), "too late"),
    ]:
        plan = pin_plan(facts, Pin(id=step, exactly=day))
        assert plan.status == "impossible"
        assert len(plan.obstacles) == 1
        assert words in plan.obstacles[0]


def test_pins_that_exclude_each_other_are_named():
    facts = catalogue(
        milestone("a", full_time(weeks(4))),
        milestone("b", full_time(weeks(8))),
        needs=["milestone:a", "milestone:b"],
    )
    plan = pin_plan(
        facts,
        Pin(id="milestone:a", exactly=date(2028, 2, 7)),
        Pin(id="milestone:b", exactly=date(2028, 2, 14)),
    )
    assert plan.status == "impossible"
    assert "“a” in the week of 7 February 2028" in plan.obstacles[0]
    assert "“b” in the week of 14 February 2028" in plan.obstacles[0]


def test_a_degree_in_progress_cannot_be_pinned():
    facts = catalogue(degree("cs", field=COMPUTER_SCIENCE), needs=["degree:cs"])
    going = expected(date(2028, 5, 20), "bachelor", COMPUTER_SCIENCE)
    plan = pin_plan(
        facts, Pin(id="degree:cs", exactly=date(2029, 9, 3)), education=(going,)
    )
    assert plan.steps == make_plan(facts, background(education=(going,))).steps


@given(worlds(), st.data())
def test_pins_hold_and_without_them_a_step_starts_no_later(world, data):
    plan = make_plan(world.catalogue, world.background)
    free = [s for s in plan.steps if s.because.kind != "in-progress"]
    assume(free)
    step = data.draw(st.sampled_from(free))
    later = step.start + data.draw(st.integers(1, 40)) * WEEK
    is_exact = data.draw(st.booleans())
    pin = Pin(
        id=step.id,
        exactly=later if is_exact else None,
        not_before=None if is_exact else later,
    )
    pinned = make_plan(world.catalogue, replace(world.background, pins=(pin,)))
    if pinned.arrival is None:
        assert is_exact
        assert step.title in pinned.obstacles[0]
        return
    assert faults(pinned, world.catalogue, pinned.background) == []
    assert plan.arrival is not None
    assert pinned.arrival >= plan.arrival
    held = by_id(pinned).get(step.id)
    if held is not None:
        assert held.start == later if is_exact else held.start >= later
        assert held.because.kind != "pinned" or held.start == later
        assert not is_exact or held.slack_days == 0
    laid = Laid(pinned, Reading(world.catalogue, pinned.background))
    for name in laid.ways:
        assert not any(laid.can_start(name, week) for week in range(laid.start(name)))
        because = laid.steps[name].because
        assert because.kind == "start" or could_start_earlier(laid, name, because)


@given(worlds(), st.data())
def test_a_pin_where_a_step_is_anyway_changes_nothing(world, data):
    plan = make_plan(world.catalogue, world.background)
    assume(plan.steps)
    step = data.draw(st.sampled_from(plan.steps))
    pin = Pin(id=step.id, exactly=step.start)
    pinned = make_plan(world.catalogue, replace(world.background, pins=(pin,)))
    assert dates(pinned) == dates(plan)
    assert pinned.arrival == plan.arrival


# Planning anew


def two_in_a_row():
    return catalogue(
        milestone("a", part_time(weeks(4), 6)),
        milestone("b", part_time(weeks(8), 6), requires=["milestone:a"]),
        milestone("c", part_time(weeks(3), 4)),
        needs=["milestone:b", "milestone:c"],
    )


def anew(facts, plan, as_of, **slips):
    progress = as_planned(plan, as_of, **slips)
    return make_plan(facts, replace(plan.background, progress=progress))


def test_what_waits_for_something_late_moves_and_says_for_what():
    facts = two_in_a_row()
    plan = make_plan(facts, background())
    a, b, c = (by_id(plan)[f"milestone:{x}"] for x in "abc")
    late = a.finish + 2 * WEEK
    new = anew(facts, plan, a.start + WEEK, milestone_a={"expected": late})
    assert by_id(new)["milestone:a"].finish == late
    assert by_id(new)["milestone:b"].start == late
    assert dates(new)["milestone:c"] == dates(plan)["milestone:c"]
    assert plan.arrival is not None
    assert new.arrival == plan.arrival + 2 * WEEK
    moved = changed(new)
    assert set(moved) == {"milestone:a", "milestone:b"}
    assert moved["milestone:b"].before.start == b.start
    assert moved["milestone:b"].after.start == late
    assert moved["milestone:b"].why == "It can begin once “a” is done."
    assert "under way" in moved["milestone:a"].why
    assert c.start == a.start


def test_what_could_be_earlier_stays_where_it_is_if_the_arrival_does_not_need_it():
    facts = catalogue(
        milestone("a", part_time(weeks(4), 6)),
        milestone("b", part_time(weeks(4), 6), requires=["milestone:a"]),
        internship(),
        needs=["milestone:b", "milestone:internship"],
    )
    plan = make_plan(facts, background())
    a = by_id(plan)["milestone:a"]
    early = a.finish - 2 * WEEK
    new = anew(facts, plan, early, milestone_a={"started": a.start, "finished": early})
    b = by_id(new)["milestone:b"]
    assert b.start == by_id(plan)["milestone:b"].start
    assert b.because.kind == "pinned"
    assert b.because.text == "It stays where your plan had it."
    assert set(changed(new)) == {"milestone:a"}
    assert changed(new)["milestone:a"].why == "It is finished."


def test_what_should_have_begun_and_has_not_starts_now():
    facts = two_in_a_row()
    plan = make_plan(facts, background())
    a = by_id(plan)["milestone:a"]
    as_of = a.start + 2 * WEEK
    new = anew(facts, plan, as_of, milestone_a={"started": None})
    assert by_id(new)["milestone:a"].start == as_of
    assert by_id(new)["milestone:a"].because.kind == "start"
    assert changed(new)["milestone:a"].why.startswith("It has not begun")


def test_what_runs_past_its_time_ends_next_week_at_the_earliest():
    facts = two_in_a_row()
    plan = make_plan(facts, background())
    a = by_id(plan)["milestone:a"]
    as_of = a.finish + 3 * WEEK
    new = anew(facts, plan, as_of, milestone_a={"finished": None})
    assert by_id(new)["milestone:a"].finish == as_of + WEEK


def test_study_that_has_begun_keeps_its_terms_and_its_half():
    facts = catalogue(
        degree("cs", full_time(years(2), academic=True)),
        internship(requires=[share_of("degree:cs", 0.5)]),
        needs=["degree:cs", "milestone:internship"],
    )
    plan = make_plan(facts, background())
    cs = by_id(plan)["degree:cs"]
    new = anew(facts, plan, cs.start + 10 * WEEK)
    assert by_id(new)["degree:cs"].spans == cs.spans
    assert not new.changes
    late = anew(
        facts, plan, cs.start + 10 * WEEK, degree_cs={"started": cs.start + WEEK}
    )
    assert by_id(late)["degree:cs"].finish == cs.finish
    assert by_id(late)["milestone:internship"] == by_id(plan)["milestone:internship"]


def test_a_job_that_has_begun_late_is_held_for_as_long():
    facts = catalogue(
        role("analyst"),
        milestone("talk", part_time(weeks(2)), requires=[held("analyst", 6)]),
        needs=[held("analyst", 12), "milestone:talk"],
    )
    plan = make_plan(facts, background())
    analyst = by_id(plan)["role:analyst"]
    began = analyst.start + 3 * WEEK
    new = anew(facts, plan, began + WEEK, role_analyst={"started": began})
    assert by_id(new)["role:analyst"].finish == analyst.finish + 3 * WEEK
    talk = by_id(new)["milestone:talk"]
    assert talk.start == by_id(plan)["milestone:talk"].start + 3 * WEEK


def test_self_study_that_runs_goes_on_at_its_pace_though_the_hours_are_others():
    facts = catalogue(
        skill("python", hours=60),
        milestone("talk", part_time(weeks(2), 9)),
        needs=["skill:python", "milestone:talk"],
    )
    plan = make_plan(facts, background(hours_per_week=9))
    python = by_id(plan)["skill:python"]
    progress = as_planned(plan, python.start + WEEK)
    new = make_plan(facts, background(hours_per_week=20, progress=progress))
    assert by_id(new)["skill:python"].load_hours_per_week == 9
    assert by_id(new)["skill:python"].finish == python.finish


def test_part_time_study_goes_on_in_terms_though_there_are_fewer_hours_now():
    cost = whole(5000)
    facts = catalogue(
        degree("cs", part_time(years(1), 6, academic=True, cost=cost)),
        needs=["degree:cs"],
    )
    plan = make_plan(facts, background())
    (cs,) = plan.steps
    progress = as_planned(plan, cs.start + WEEK, degree_cs={"started": cs.start + WEEK})
    new = make_plan(facts, background(hours_per_week=5, progress=progress))
    assert new.arrival == plan.arrival
    (running,) = new.steps
    assert running.finish == cs.finish
    assert running.spans[-1].finish == cs.spans[-1].finish
    assert (running.load_hours_per_week, running.cost) == (6, 5000)


def test_a_job_search_that_has_begun_stays_though_the_job_is_not_needed_any_more():
    facts = catalogue(
        milestone("job-search"),
        role("analyst", search="job-search"),
        milestone("talk"),
        needs=["role:analyst", "milestone:talk"],
    )
    plan = make_plan(facts, background())
    search = by_id(plan)["milestone:job-search-analyst"]
    progress = as_planned(plan, search.start + WEEK)
    waived = (Override(id="role:analyst", because="I have an offer."),)
    new = make_plan(facts, background(progress=progress, not_needed=waived))
    still = by_id(new)["milestone:job-search-analyst"]
    assert (still.title, still.finish) == (search.title, search.finish)
    assert "role:analyst" not in by_id(new)


def test_facts_may_overlap_what_the_hours_allow():
    facts = catalogue(
        milestone("a", part_time(weeks(4), 6)),
        milestone("b", part_time(weeks(4), 6)),
        milestone("c", part_time(weeks(4), 6)),
        needs=["milestone:a", "milestone:b", "milestone:c"],
    )
    plan = make_plan(facts, background(hours_per_week=7))
    first = plan.start + timedelta(days=1)
    both = {"started": monday_from(first), "finished": None}
    new = anew(
        facts,
        plan,
        first + 2 * WEEK,
        milestone_a=both,
        milestone_b=both,
        milestone_c={"started": None},
    )
    steps = by_id(new)
    assert steps["milestone:a"].start == steps["milestone:b"].start
    assert steps["milestone:c"].start == steps["milestone:a"].finish


def test_what_nothing_needs_any_more_is_removed_and_what_is_new_is_added():
    facts = catalogue(
        milestone("long", part_time(weeks(6))),
        milestone("short", part_time(weeks(5))),
        needs=[any_of("milestone:long", "milestone:short")],
    )
    plan = make_plan(facts, background())
    short = by_id(plan)["milestone:short"]
    tracked = Tracked(
        id="milestone:long",
        mode="part-time",
        start=short.start,
        finish=short.start + 6 * WEEK,
    )
    progress = Progress(as_of=short.start, steps=(tracked,))
    new = make_plan(facts, background(progress=progress))
    moved = changed(new)
    assert moved["milestone:long"].after is None
    assert moved["milestone:long"].why == "Nothing in this plan needs it."
    assert moved["milestone:short"].before is None
    assert moved["milestone:short"].why == "“career” needs it."


def test_a_recommendation_that_was_planned_stays():
    facts = catalogue(
        milestone("a", part_time(weeks(4), 6)),
        milestone("talk", part_time(weeks(2), 4)),
        needs=["milestone:a", recommended("milestone:talk")],
    )
    plan = make_plan(facts, background())
    talk = by_id(plan)["milestone:talk"]
    new = anew(facts, plan, talk.start)
    assert dates(new) == dates(plan)
    assert by_id(new)["milestone:talk"].strength == "recommended"


def test_a_degree_of_the_background_can_end_later():
    facts = catalogue(degree("cs", field=COMPUTER_SCIENCE), needs=["degree:cs"])
    going = expected(date(2028, 5, 20), "bachelor", COMPUTER_SCIENCE)
    plan = make_plan(facts, background(education=(going,)))
    new = anew(
        facts, plan, date(2028, 3, 1), degree_cs={"expected": date(2028, 12, 15)}
    )
    assert new.arrival == date(2028, 12, 18)


@given(later_worlds(), st.data())
def test_planning_anew_without_a_slip_changes_nothing(world, data):
    assume(world.background.progress is None)  # pins and overrides are welcome
    plan = make_plan(world.catalogue, world.background)
    assume(plan.arrival is not None)
    assert plan.arrival is not None
    days = (plan.arrival - plan.start).days + 20
    as_of = plan.start + timedelta(days=data.draw(st.integers(0, days)))
    new = anew(world.catalogue, plan, as_of)
    assert dates(new) == dates(plan)
    assert new.arrival == plan.arrival
    assert new.status == "optimal"
    assert new.changes == ()
    loads = {s.id: s.load_hours_per_week for s in plan.steps}
    assert {s.id: s.load_hours_per_week for s in new.steps} == loads
    stays = "It stays where your plan had it."
    assert all(step.because.text != stays for step in new.steps)


def a_slip(plan, data):
    """Draw a day, and something that ends later than planned, or has not begun."""
    days = max(1, (plan.arrival - plan.start).days)
    as_of = plan.start + timedelta(days=data.draw(st.integers(0, days)))
    step = data.draw(st.sampled_from(plan.steps))
    later = step.finish + data.draw(st.integers(1, 30)) * WEEK
    slip = {"started": step.start, "finished": None, "expected": later}
    if step.start >= as_of or data.draw(st.booleans()):
        slip = {"started": None, "finished": None, "expected": None}
    return as_planned(
        plan, as_of, **{step.id.replace(":", "_").replace("-", "_"): slip}
    )


@given(worlds(), st.data())
def test_after_a_slip_the_past_stays_and_nothing_new_starts_before_today(world, data):
    plan = make_plan(world.catalogue, world.background)
    assume(plan.steps)
    progress = a_slip(plan, data)
    slipped = replace(world.background, progress=progress)
    new = make_plan(world.catalogue, slipped)
    assume(new.arrival is not None)
    begun = {t.id: t for t in progress.steps if t.started is not None}
    for step in new.steps:
        old = begun.get(step.id)
        if old is not None:
            assert step.start == old.started
            assert step.because.kind == "in-progress"
            assert old.finished is None or step.finish == old.finished
            assert old.expected is None or step.finish >= old.expected
        elif step.because.kind != "in-progress":
            assert step.start >= monday_from(progress.as_of)
    assert set(begun) <= set(by_id(new))
    kept = {t.id: (t.mode, t.start, t.finish) for t in progress.steps}
    for name, after in dates(new).items():
        assert (kept.get(name) == after) == (name not in changed(new)), name
    assert all(one.why.endswith(".") for one in new.changes)


@given(worlds(), st.data())
def test_after_a_slip_the_arrival_is_the_earliest_there_is(world, data):
    plan = make_plan(world.catalogue, world.background)
    assume(plan.steps)
    slipped = replace(world.background, progress=a_slip(plan, data))
    worked = work_out(world.catalogue, slipped)
    best = solve(replace(standing(world.catalogue, slipped), planned=None))
    if best is None:
        assert worked.starts is None
        return
    goal = worked.network.goal
    assert worked.starts is not None
    assert worked.starts[goal] == best.starts[goal]


def standing(facts, someone):
    """Return what is left to plan, with the past as it is."""
    calendar = Calendar.starting(someone.start)
    have = holdings(facts, someone, calendar)
    network = build_network(facts, someone, have, calendar)
    return with_progress(network, facts, someone, someone.progress, calendar)


@given(worlds(), st.data())
def test_no_fewer_moves_reach_the_same_arrival(world, data):
    """By brute force: hold every set of steps that is one larger than what was held."""
    plan = make_plan(world.catalogue, world.background)
    assume(plan.steps)
    slipped = replace(world.background, progress=a_slip(plan, data))
    worked = work_out(world.catalogue, slipped)
    assume(worked.starts is not None)
    assert worked.starts is not None
    assert worked.route is not None
    network = standing(world.catalogue, slipped)
    assert network.planned is not None
    goal = worked.network.goal
    kept = {
        name
        for name, planned in network.planned.items()
        if name in worked.starts
        and planned.is_kept(worked.route.ways[name], worked.starts[name])
    }
    facts = {name for name, a in network.activities.items() if a.fixed} | {goal}
    moved = len(network.planned.keys() - kept)
    more = len(worked.starts.keys() - network.planned.keys() - facts)
    names = sorted(network.planned)
    assume(len(names) <= 5)
    # Whoever does better plans fewer steps more, or as many and keeps more of the old.
    for count in range(len(names) + 1):
        for held_still in combinations(names, count):
            least = len(names) - count
            found = solve(holding(network, held_still))
            if found is None or found.starts[goal] > worked.starts[goal]:
                continue
            if not set(held_still) <= found.starts.keys():
                continue
            added = found.starts.keys() - network.planned.keys() - facts
            assert (len(added), least) >= (more, moved), (held_still, found.starts)


def holding(network, names):
    """Return the network with these steps where they were planned, or not at all."""
    activities = dict(network.activities)
    for name in names:
        planned = network.planned[name]
        ways = [
            way for way in activities[name].ways if planned.is_kept(way, planned.start)
        ]
        activities[name] = replace(
            activities[name], ways=tuple(ways), not_before=planned.start, exactly=True
        )
    return replace(network, activities=activities, planned=None)
