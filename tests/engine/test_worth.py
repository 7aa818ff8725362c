"""Is the master's worth it: sums by hand, by day, and what is said of them."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given

from planner.documents.catalogue import read_pay
from planner.engine.planning import make_plan, work_out
from planner.engine.worth import (
    YEARS_AT_WORK,
    PayFigure,
    both_sides,
    masters_question,
)
from tests.builders import (
    any_of,
    background,
    catalogue,
    degree,
    finished,
    full_time,
    held,
    masters,
    milestone,
    role,
    whole,
    years,
)
from tests.engine.strategies import worlds

PAY = {
    "career": PayFigure(amount=100_000, source="survey"),
    "developer": PayFigure(amount=60_000, source="survey"),
}


TUITION = whole(20_000)
SECOND = ("degree:second", "degree:first")


def facts(cost=TUITION):
    """A year as a developer, or the same and a master's of two years."""
    return catalogue(
        role(requires=[]),
        masters("ms", full_time(years(2), academic=True, cost=cost), requires=[]),
        needs=[held("developer", 12), any_of("degree:ms", strength="optional")],
    )


def asked(known=PAY, given=None, **answers):
    """Put the question to somebody who may start on Monday, 3 January 2028."""
    start = {"start": date(2028, 1, 3)}
    sides = both_sides(work_out(given or facts(), background(**start | answers)))
    assert sides is not None
    return masters_question(*sides, known)


# The two sides


def test_the_plan_itself_is_one_of_the_two_sides():
    worked = work_out(facts(), background())
    sides = both_sides(worked)
    assert sides is not None
    without, with_masters = sides
    assert without is worked
    assert "degree:ms" in [step.id for step in with_masters.plan.steps]
    wanted = work_out(facts(), background(masters="yes"))
    others = both_sides(wanted)
    assert others is not None
    assert others[1] is wanted


def test_the_other_side_differs_by_the_masters_and_by_nothing_else():
    # The career lists one bachelor's first. What the master's asks for lists the
    # other one first, so that the best plan with it is one of that other degree.
    full_year = full_time(years(1), academic=True)
    given = catalogue(
        degree("first", full_year),
        degree("second", full_year),
        milestone("essay", requires=[any_of(*SECOND)]),
        masters("ms", full_year, requires=[any_of(*SECOND), "milestone:essay"]),
        needs=[
            any_of(*reversed(SECOND)),
            any_of("degree:ms", strength="optional"),
        ],
    )
    best = make_plan(given, background(masters="yes"))
    assert "degree:second" in [step.id for step in best.steps]
    sides = both_sides(work_out(given, background(masters="no")))
    assert sides is not None
    without, with_masters = ({s.id for s in side.plan.steps} for side in sides)
    assert without == {"degree:first"}
    assert with_masters == {"degree:first", "degree:ms", "milestone:essay"}


def test_there_are_no_two_sides_of_what_one_has():
    held_already = background(education=(finished("master"),))
    assert both_sides(work_out(facts(), held_already)) is None


def test_there_are_no_two_sides_where_one_is_impossible():
    only_so = catalogue(masters("ms", requires=[]), needs=["degree:ms"])
    assert both_sides(work_out(only_so, background())) is None
    refused = work_out(facts(), background(masters="no", full_time_study=False))
    assert both_sides(refused) is None


def test_a_plan_that_does_not_arrive_has_no_answer():
    stuck = work_out(facts(), background(masters="yes", full_time_study=False))
    with pytest.raises(ValueError, match="does not arrive"):
        masters_question(stuck, stuck, PAY)


# The sums


def test_the_sums_are_those_that_one_makes_by_hand():
    question = asked()
    without, with_masters = question.without, question.with_masters
    assert (without.cost, with_masters.cost) == (None, 20_000)
    # A year as a developer from 3 January 2028, then the job that one aims for.
    assert without.arrival == date(2029, 1, 1)
    assert without.balance[0] == round(60_000 * 364 / 365.25)
    at_work = (date(2031, 1, 1) - without.arrival).days
    by_then = (60_000 * 364 + 100_000 * at_work) / 365.25
    assert without.pay[2] == without.balance[2] == round(by_then)
    assert question.years[0] == 2028
    assert question.years[-1] == with_masters.arrival.year + YEARS_AT_WORK
    assert with_masters.pay[-1] - with_masters.balance[-1] == 20_000
    assert question.difference_days == (with_masters.arrival - without.arrival).days


@given(worlds())
def test_each_day_adds_a_day_of_pay_and_of_costs(world):
    """The same sum day by day; jobs on the way go on until something replaces them."""
    worked = work_out(world.catalogue, world.background)
    assume(worked.route is not None)
    pay = {
        slug: PayFigure(amount=36_525.0 * (n + 1), source="test")
        for n, slug in enumerate(world.catalogue.roles)
    }
    question = masters_question(worked, worked, pay)
    plan = worked.plan
    target = pay[plan.background.career].amount
    mains = [step for step in plan.steps if step.is_main]
    earned = spent = 0.0
    day = min([worked.calendar.first, *(step.start for step in plan.steps)])
    for place, year in enumerate(question.years):
        while day < date(year + 1, 1, 1):
            latest = max(
                (step for step in mains if step.start <= day),
                key=lambda step: (step.start, step.id),
                default=None,
            )
            if plan.arrival is not None and day >= plan.arrival:
                earned += target / 365.25
            elif latest is not None and latest.kind == "role":
                earned += pay[latest.id.removeprefix("role:")].amount / 365.25
            for step in plan.steps:
                if step.cost and step.start <= day < step.finish:
                    spent += step.cost / (step.finish - step.start).days
            day += timedelta(days=1)
        assert question.without.pay[place] == pytest.approx(earned, abs=1)
        balance = pytest.approx(earned - spent, abs=1)
        assert question.without.balance[place] == balance


@given(worlds())
def test_a_plan_breaks_even_with_itself_at_once(world):
    worked = work_out(world.catalogue, world.background)
    assume(worked.route is not None)
    pay = {slug: PayFigure(amount=50_000, source="") for slug in world.catalogue.roles}
    question = masters_question(worked, worked, pay)
    assert question.ahead == question.pay_forgone == 0
    even = question.break_even
    assert even is not None
    assert even.early == even.late == question.years[0]
    assert even.chance == 1
    assert question.premium_needed == 0


# Break-even


def test_with_the_premium_that_is_needed_it_breaks_even_and_with_less_not():
    needed = asked().premium_needed
    assert needed > 0
    enough = asked(pay_with_masters=100_000 + needed)
    assert enough.break_even.year == enough.years[-1]
    assert enough.premium == needed
    less = asked(pay_with_masters=100_000 + needed - 1)
    assert less.break_even.year is None
    assert less.premium_needed == needed


def test_it_breaks_even_in_the_first_year_that_ends_ahead_for_good():
    question = asked(pay_with_masters=130_000)
    ahead = [
        a >= b
        for a, b in zip(
            question.with_masters.balance, question.without.balance, strict=True
        )
    ]
    place = question.years.index(question.break_even.year)
    assert all(ahead[place:])
    assert not ahead[place - 1]
    found = question.break_even
    assert found.early <= found.median <= found.late
    assert f"by the end of {found.year}" in question.text


def test_how_long_it_takes_makes_the_range():
    """A master's of one to three years pays off earlier or later."""
    unsure = replace(years(2), low=1, high=3)
    given = facts()
    mode = full_time(unsure, academic=True, cost=whole(20_000))
    slow = replace(given.degrees["ms"], modes=(mode,))
    given = replace(given, degrees={"ms": slow})
    sure = asked(pay_with_masters=130_000).break_even
    wide = asked(given=given, pay_with_masters=130_000).break_even
    assert sure.early == sure.late == sure.year == wide.year
    assert wide.early < wide.late


def test_who_is_earlier_with_a_masters_is_never_behind():
    """A biologist's master's spares the second bachelor's."""
    given = catalogue(
        degree("cs"),
        masters("ms", requires=[]),
        needs=[any_of("degree:cs", "degree:ms")],
    )
    question = asked(given=given, masters="yes")
    assert question.difference_days < 0
    assert question.break_even.year == question.years[0]
    assert "never behind" in question.text
    assert question.pay_forgone < 0


# What is known, and what is not


def test_no_premium_is_assumed():
    question = asked()
    assert question.premium is None
    assert question.break_even.year is None
    assert "No source says what it adds to the pay" in question.text
    assert any("no source says it" in line for line in question.missing)


def test_ones_own_figures_come_first_and_have_no_source():
    question = asked(pay_with_masters=130_000)
    amounts = {f.id: (f.amount, f.source) for f in question.with_masters.figures}
    assert amounts["role:career"] == (130_000, "")
    assert amounts["role:developer"] == (60_000, "survey")
    assert amounts["degree:ms"] == (20_000, "test")
    amounts = {f.id: (f.amount, f.source) for f in question.without.figures}
    assert amounts["role:career"] == (100_000, "survey")


def test_a_tuition_of_ones_own_has_no_source():
    question = asked(tuition_per_year=5000)
    amounts = {f.id: (f.amount, f.source) for f in question.with_masters.figures}
    assert amounts["degree:ms"] == (10_000, "")


@pytest.mark.parametrize("slug", ["career", "developer"])
def test_a_pay_that_nobody_knows_is_named_and_nothing_is_counted(slug):
    known = {name: pay for name, pay in PAY.items() if name != slug}
    question = asked(known)
    assert question.break_even is question.ahead is question.premium_needed is None
    assert question.without.pay == question.with_masters.balance == ()
    assert question.influences == ()
    assert any(f"“{slug}”" in line for line in question.missing)
    assert "a figure is missing" in question.text
    assert question.difference_days > 0


def test_a_tuition_that_nobody_knows_is_named():
    question = asked(given=facts(cost=None))
    assert question.with_masters.unpriced == ("degree:ms",)
    assert any("“ms”" in line for line in question.missing)
    assert "tuition" not in [influence.name for influence in question.influences]


# What moves the answer


def test_what_moves_the_answer_most_comes_first():
    question = asked(pay_with_masters=130_000)
    moves = [abs(i.ahead[1] - i.ahead[0]) for i in question.influences]
    assert all(more >= less for more, less in pairwise(moves))
    assert {i.name for i in question.influences} == {
        "premium",
        "pay",
        "pay-on-the-way",  # the job is kept until the master's begins
        "tuition",
        "delay",
    }
    tuition = next(i for i in question.influences if i.name == "tuition")
    assert (tuition.low, tuition.high) == (16_000, 24_000)
    assert tuition.ahead == (question.ahead + 4000, question.ahead - 4000)


def test_an_unknown_premium_is_tried_up_to_a_tenth_of_the_pay():
    premium = next(i for i in asked().influences if i.name == "premium")
    assert (premium.low, premium.high) == (0, 10_000)
    assert premium.ahead[0] == asked().ahead
    assert premium.text.startswith("If a master’s adds $0 to $10,000 to the pay")


# The published document


def figure(code, amount, as_of="May 2025", measure="annual-wage-median"):
    return {
        "measure": measure,
        "value": amount,
        "as_of": as_of,
        "soc_code": code,
        "source": f"survey-{as_of[-4:]}",
        "text": "",
        "note": "",
    }


def pay_of(*figures):
    role = {"slug": "developer", "figures": list(figures), "public_figures": []}
    return read_pay({"roles": [role]})


def test_the_newest_median_is_taken():
    found = pay_of(
        figure("15-1252", 130_000, "May 2023"),
        figure("15-1252", 135_000),
        figure("15-1252", 131_000, "2024"),
        figure("15-1252", 150_000, measure="annual-wage-mean"),
    )
    assert found["developer"] == PayFigure(
        amount=135_000, source="survey-2025", as_of="May 2025", code="15-1252"
    )


def test_a_figure_of_public_data_counts_as_the_editors_do():
    newer = figure("15-1252", 140_000, "May 2026")
    role = {
        "slug": "developer",
        "figures": [figure("15-1252", 135_000)],
        "public_figures": [newer],
    }
    assert read_pay({"roles": [role]})["developer"].amount == 140_000


def test_of_several_occupations_the_middle_one_is_taken():
    three = pay_of(figure("a", 3), figure("b", 1), figure("c", 2))
    assert (three["developer"].amount, three["developer"].code) == (2, "c")
    two = pay_of(figure("a", 3), figure("b", 1))
    assert two["developer"].amount == 1


def test_a_role_without_a_figure_has_no_pay():
    assert pay_of(figure("a", None), figure("a", 5, measure="employment")) == {}
