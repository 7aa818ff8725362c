"""How sure a plan is: samples keep every rule that the plan keeps."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, reject

from planner.engine import forecasting
from planner.engine.facts import Estimate
from planner.engine.forecasting import ASSUMPTIONS, draw, forecast, play
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
    weeks,
    years,
)
from tests.engine.strategies import worlds

SAMPLES = 40


def between(low, likely, high):
    return Estimate(low=low, likely=likely, high=high, unit="years")


def widened(way, factor):
    """The same way, with lengths from nearly nothing to twice what is likely."""
    if way.spread is None:
        return way
    likely = way.spread.likely
    return replace(way, spread=Spread(likely / factor, likely, likely * factor))


def unsure(world, factor=1.6):
    worked = work_out(world.catalogue, world.background)
    if worked.route is None:
        reject()
    ways = {name: widened(way, factor) for name, way in worked.route.ways.items()}
    return replace(worked, route=replace(worked.route, ways=ways))


def sure(worked):
    ways = {name: widened(way, 1) for name, way in worked.route.ways.items()}
    return replace(worked, route=replace(worked.route, ways=ways))


@given(worlds())
def test_the_likely_lengths_reproduce_the_plan(world):
    worked = sure(unsure(world))
    played = play(worked, samples=3)
    for name, start in worked.starts.items():
        assert played.starts[name].tolist() == [start] * 3, name
        assert (
            played.finishes[name][0] == worked.route.layout(name, worked.starts).finish
        )


@given(worlds())
def test_every_sample_keeps_what_a_plan_keeps(world):
    worked = unsure(world)
    played = play(worked, SAMPLES)
    player = forecasting._Player(worked, worked.route, SAMPLES)
    for name in worked.route.ways:
        player.starts[name] = played.starts[name]
        player.finishes[name] = played.finishes[name]
        player.lengths[name] = draw(worked.route.ways[name], name, SAMPLES, 1)
    for owner, options in worked.route.waits.items():
        for option in options:
            assert (player.reach(option) <= played.starts[owner]).all(), (owner, option)
    for sample in range(SAMPLES):
        profile = Profile(worked.network.capacities)
        for name, way in worked.route.ways.items():
            start = int(played.starts[name][sample])
            layout = worked.network.activities[name].fixed
            if layout is None and way.layouts is not None:
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


@given(worlds())
def test_percentiles_are_in_order_and_chances_are_shares(world):
    worked = unsure(world)
    found = forecast(worked, SAMPLES)
    ranges = [found.arrival]
    ranges += [r for step in found.steps.values() for r in (step.start, step.finish)]
    assert all(r.early <= r.median <= r.late for r in ranges)
    assert sum(count for _, count in found.months) == SAMPLES
    assert 0 <= found.chance_as_planned <= 1
    assert found.assumptions == ASSUMPTIONS


@given(worlds())
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


def test_a_plan_that_does_not_arrive_has_no_forecast():
    facts = catalogue(
        degree("cs", full_time(years(4), academic=True)), needs=["degree:cs"]
    )
    worked = work_out(facts, background(full_time_study=False))
    with pytest.raises(ValueError, match="no forecast"):
        forecast(worked)
