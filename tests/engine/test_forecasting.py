"""How sure a plan is: samples keep every rule that the plan keeps."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, reject

from planner.engine import forecasting
from planner.engine.background import Progress, Tracked
from planner.engine.facts import Estimate
from planner.engine.forecasting import (
    ASSUMPTIONS,
    EXPECTED,
    NOT_OVER,
    draw,
    draw_running,
    forecast,
    play,
)
from planner.engine.network import Spread, Way, academic_layouts
from planner.engine.planning import work_out
from planner.engine.scheduling import Profile
from tests.builders import (
    SUMMER,
    background,
    catalogue,
    degree,
    full_time,
    milestone,
    part_time,
    weeks,
    years,
)
from tests.engine.strategies import later_worlds

SAMPLES = 40


def between(low, likely, high):
    return Estimate(low=low, likely=likely, high=high, unit="years")


def widened(way, factor):
    """The same way, or what runs, with lengths from nearly nothing to twice its own."""
    if way.spread is None:
        return way
    likely = way.spread.likely
    return replace(way, spread=Spread(likely / factor, likely, likely * factor))


def unsure(world, factor=1.6):
    worked = work_out(world.catalogue, world.background)
    if worked.route is None:
        reject()
    return spread_by(worked, factor)


def sure(worked):
    return spread_by(worked, 1)


def spread_by(worked, factor):
    """The same plan, with its lengths, also of what runs already, as unsure as this."""
    ways = {name: widened(way, factor) for name, way in worked.route.ways.items()}
    activities = {
        name: replace(activity, running=widened(activity.running, factor))
        if activity.running is not None
        else activity
        for name, activity in worked.network.activities.items()
    }
    return replace(
        worked,
        route=replace(worked.route, ways=ways),
        network=replace(worked.network, activities=activities),
    )


@given(later_worlds())
def test_the_likely_lengths_reproduce_the_plan(world):
    worked = sure(unsure(world))
    played = play(worked, samples=3)
    for name, start in worked.starts.items():
        assert played.starts[name].tolist() == [start] * 3, name
        assert (
            played.finishes[name][0] == worked.route.layout(name, worked.starts).finish
        )


def drawn(worked, name):
    """The lengths of an activity in the samples, as they are drawn."""
    way, running = worked.route.ways[name], worked.network.activities[name].running
    if running is None:
        return draw(way, name, SAMPLES, 1)
    return draw_running(running, way, name, worked.calendar, SAMPLES, 1)


def layout_of(worked, name, length):
    """Where something that runs lies if it takes so long."""
    activity = worked.network.activities[name]
    if length == activity.running.length:
        return activity.fixed
    return activity.running.layout(worked.calendar, length)


@given(later_worlds())
def test_what_runs_ends_after_today_and_begins_where_it_did(world):
    worked = unsure(world)
    played = play(worked, SAMPLES)
    for name, activity in worked.network.activities.items():
        if activity.fixed is None or name not in played.starts:
            continue
        assert (played.starts[name] == activity.fixed.start).all()
        if activity.running is None:
            assert (played.finishes[name] == activity.fixed.finish).all()
        else:
            assert (played.finishes[name] >= activity.running.soonest).all()


@given(later_worlds())
def test_every_sample_keeps_what_a_plan_keeps(world):
    worked = unsure(world)
    played = play(worked, SAMPLES)
    player = forecasting._Player(worked, worked.route, SAMPLES)
    for name in worked.route.ways:
        player.starts[name] = played.starts[name]
        player.finishes[name] = played.finishes[name]
        player.lengths[name] = drawn(worked, name)
        running = worked.network.activities[name].running
        if running is not None:
            player.layouts[name] = {
                length: layout_of(worked, name, length)
                for length in player.lengths[name].tolist()
            }
    for owner, options in worked.route.waits.items():
        for option in options:
            assert (player.reach(option) <= played.starts[owner]).all(), (owner, option)
    for sample in range(SAMPLES):
        profile = Profile(worked.network.capacities)
        for name, way in worked.route.ways.items():
            start = int(played.starts[name][sample])
            layout = worked.network.activities[name].fixed
            if worked.network.activities[name].running is not None:
                layout = layout_of(worked, name, int(player.lengths[name][sample]))
            elif layout is None and way.layouts is not None:
                count = int(player.lengths[name][sample])
                layouts = academic_layouts(worked.calendar, count)
                layout = layouts[start]
            elif layout is None:
                weeks = int(player.lengths[name][sample])
                layout = replace(way, weeks=weeks).layout(start)
            assert layout.finish == played.finishes[name][sample]
            if worked.network.activities[name].fixed is None:
                assert profile.blocked(way, layout) is None, (name, sample)
            profile.take(way, layout)


@given(later_worlds())
def test_percentiles_are_in_order_and_chances_are_shares(world):
    worked = unsure(world)
    found = forecast(worked, SAMPLES)
    ranges = [found.arrival]
    ranges += [r for step in found.steps.values() for r in (step.start, step.finish)]
    assert all(r.early <= r.median <= r.late for r in ranges)
    assert sum(count for _, count in found.months) == SAMPLES
    assert 0 <= found.chance_as_planned <= 1
    assert found.assumptions[: len(ASSUMPTIONS)] == ASSUMPTIONS
    assert set(found.assumptions) <= {*ASSUMPTIONS, EXPECTED, NOT_OVER}


@given(later_worlds())
def test_the_same_seed_gives_the_same_forecast(world):
    worked = unsure(world)
    assert forecast(worked, SAMPLES) == forecast(worked, SAMPLES)


def test_lengths_follow_pert():
    way = Way("", 10, spread=Spread(4, 10, 40))
    lengths = draw(way, "skill:python", 20_000, seed=1)
    assert lengths.min() >= 4
    assert lengths.max() <= 40
    assert lengths.mean() == pytest.approx((4 + 4 * 10 + 40) / 6, rel=0.02)
    assert np.array_equal(lengths, draw(way, "skill:python", 20_000, seed=1))
    assert not np.array_equal(lengths, draw(way, "skill:r", 20_000, seed=1))


def test_who_misses_the_window_waits_for_the_next():
    """Half of the samples finish the degree a year late, and so the internship."""
    facts = catalogue(
        degree("cs", full_time(between(1, 2, 3), academic=True)),
        milestone(
            "internship",
            full_time(weeks(10)),
            requires=["degree:cs"],
            window=SUMMER,
            is_work=True,
        ),
        needs=["milestone:internship"],
    )
    found = forecast(work_out(facts, background()))
    summers = {month.year for month, count in found.months if count}
    assert len(summers) > 1
    assert all(month.month in (8, 9) for month, count in found.months if count)


def test_the_chance_of_a_target_date_grows_with_the_date():
    facts = catalogue(
        degree("cs", full_time(between(3, 4, 6), academic=True)), needs=["degree:cs"]
    )
    plan = work_out(facts, background()).plan
    early = forecast(work_out(facts, background(target_date=plan.arrival)))
    late = forecast(work_out(facts, background(target_date=date(2040, 1, 1))))
    assert early.chance_of_target == early.chance_as_planned < 1
    assert late.chance_of_target == 1


# What runs already


def running_course(takes, as_of, **known):
    """A course that began in week 0 and is not over, and a talk after it."""
    facts = catalogue(
        milestone("course", part_time(takes, 6)),
        milestone("talk", part_time(weeks(2)), requires=["milestone:course"]),
        needs=["milestone:talk"],
    )
    plan = work_out(facts, background()).plan
    steps = tuple(
        Tracked(
            id=step.id,
            mode=step.mode,
            start=step.start,
            finish=step.finish,
            started=step.start if step.id == "milestone:course" else None,
            load_hours_per_week=step.load_hours_per_week,
            **(known if step.id == "milestone:course" else {}),
        )
        for step in plan.steps
    )
    monday = plan.steps[0].start
    progress = Progress(as_of=monday + timedelta(weeks=as_of), steps=steps)
    return work_out(facts, background(progress=progress))


def lengths_of_the_course(takes, as_of):
    worked = running_course(takes, as_of)
    played = play(worked, 20_000)
    return played.finishes["milestone:course"] - played.starts["milestone:course"]


OPEN = Estimate(low=4, likely=10, high=40, unit="weeks")


def test_what_has_just_begun_takes_as_long_as_it_would_take_anyhow():
    found = lengths_of_the_course(OPEN, 1)
    assert found.mean() == pytest.approx((4 + 4 * 10 + 40) / 6, rel=0.02)


def test_of_what_runs_only_lengths_are_drawn_that_are_not_over_yet():
    """As often as they come up among those of the whole length that are longer."""
    found = lengths_of_the_course(OPEN, 20)
    whole = draw(Way("", 10, spread=Spread(4, 10, 40)), "any", 200_000, seed=1)
    longer = whole[whole > 20]
    assert found.min() == 21
    assert found.max() <= 40
    assert found.mean() == pytest.approx(longer.mean(), rel=0.02)
    assert np.percentile(found, 90) == pytest.approx(np.percentile(longer, 90), abs=1)


def test_what_runs_longer_than_any_estimate_ends_next_week():
    assert set(lengths_of_the_course(OPEN, 45).tolist()) == {46}


def test_an_expected_finish_is_kept_and_said():
    expected = running_course(OPEN, 5, expected=date(2027, 12, 6))
    played = play(expected, SAMPLES)
    assert len(set(played.finishes["milestone:course"].tolist())) == 1
    assert EXPECTED in forecast(expected, SAMPLES).assumptions
    assert NOT_OVER not in forecast(expected, SAMPLES).assumptions
    open_ended = forecast(running_course(OPEN, 5), SAMPLES)
    assert NOT_OVER in open_ended.assumptions
    assert EXPECTED not in open_ended.assumptions
    assert open_ended.arrival.early < open_ended.arrival.late


def test_study_that_runs_ends_with_a_term_that_is_not_over():
    facts = catalogue(
        degree("cs", full_time(between(1, 2, 4), academic=True)), needs=["degree:cs"]
    )
    plan = work_out(facts, background()).plan
    (cs,) = plan.steps
    steps = (
        Tracked(
            id=cs.id, mode=cs.mode, start=cs.start, finish=cs.finish, started=cs.start
        ),
    )
    progress = Progress(as_of=date(2029, 2, 1), steps=steps)
    worked = work_out(facts, background(progress=progress))
    played = play(worked, 2000)
    ends = {term.finish for term in worked.calendar.terms(500)}
    finishes = set(played.finishes["degree:cs"].tolist())
    assert finishes <= ends
    assert len(finishes) > 2
    assert worked.calendar.day(min(finishes)) == cs.finish


def test_a_plan_that_does_not_arrive_has_no_forecast():
    facts = catalogue(
        degree("cs", full_time(years(4), academic=True)), needs=["degree:cs"]
    )
    worked = work_out(facts, background(full_time_study=False))
    with pytest.raises(ValueError, match="no forecast"):
        forecast(worked)
