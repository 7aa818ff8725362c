"""Weeks, terms, windows and hours: when things may lie, and how long they take."""

from datetime import date, timedelta

import pytest

from planner.engine.facts import Window
from planner.engine.planning import make_plan
from tests.builders import (
    SUMMER,
    background,
    catalogue,
    degree,
    expected,
    full_time,
    held,
    internship,
    masters,
    milestone,
    months,
    own_pace,
    part_time,
    requirement,
    role,
    share_of,
    skill,
    weeks,
    years,
)


def step_in(plan, step_id):
    return next(step for step in plan.steps if step.id == step_id)


def dates(plan, step_id):
    step = step_in(plan, step_id)
    return step.start, step.finish


# Weeks


def test_the_first_week_begins_on_the_first_monday_on_or_after_the_start():
    facts = catalogue(milestone("portfolio"), needs=["milestone:portfolio"])
    sunday = make_plan(facts, background(start=date(2027, 8, 15)))
    monday = make_plan(facts, background(start=date(2027, 8, 16)))
    tuesday = make_plan(facts, background(start=date(2027, 8, 17)))
    assert sunday.steps[0].start == monday.steps[0].start == date(2027, 8, 16)
    assert tuesday.steps[0].start == date(2027, 8, 23)


def test_a_step_is_done_on_the_monday_after_its_last_week():
    facts = catalogue(milestone("portfolio"), needs=["milestone:portfolio"])
    plan = make_plan(facts, background())
    assert dates(plan, "milestone:portfolio") == (date(2027, 8, 16), date(2027, 9, 13))
    assert plan.arrival == date(2027, 9, 13)


def test_who_needs_nothing_has_arrived():
    plan = make_plan(catalogue(), background())
    assert plan.status == "optimal"
    assert plan.steps == ()
    assert plan.arrival == date(2027, 8, 16)


@pytest.mark.parametrize(
    ("takes", "in_weeks"),
    [
        (months(1), 4),  # 4.35
        (months(2), 9),  # 8.70
        (months(12), 52),  # 52.18
        (years(0.5), 26),  # 26.09
        (weeks(2.5), 3),  # halves go up
        (weeks(0.2), 1),  # nothing takes less than a week
    ],
)
def test_calendar_time_is_rounded_to_whole_weeks(takes, in_weeks):
    facts = catalogue(milestone("course", part_time(takes)), needs=["milestone:course"])
    start, finish = dates(make_plan(facts, background()), "milestone:course")
    assert (finish - start).days == 7 * in_weeks


@pytest.mark.parametrize(
    ("effort", "free", "in_weeks"), [(40, 10, 4), (41, 10, 5), (3, 10, 1), (40, 8, 5)]
)
def test_effort_takes_as_many_weeks_as_the_free_hours_make_of_it(
    effort, free, in_weeks
):
    facts = catalogue(skill("python", hours=effort), needs=["skill:python"])
    plan = make_plan(facts, background(hours_per_week=free))
    start, finish = dates(plan, "skill:python")
    assert (finish - start).days == 7 * in_weeks


# Terms


def test_a_degree_starts_with_a_term():
    facts = catalogue(degree("cs"), needs=["degree:cs"])
    autumn = make_plan(facts, background(start=date(2027, 8, 15)))
    spring = make_plan(facts, background(start=date(2027, 9, 7)))
    assert step_in(autumn, "degree:cs").start == date(2027, 9, 6)
    assert step_in(spring, "degree:cs").start == date(2028, 1, 17)
    assert step_in(autumn, "degree:cs").because.kind == "term"


def test_four_years_of_study_are_four_academic_years_with_free_summers():
    facts = catalogue(degree("cs"), needs=["degree:cs"])
    spans = step_in(make_plan(facts, background()), "degree:cs").spans
    assert [(span.start, span.finish) for span in spans] == [
        (date(2027, 9, 6), date(2028, 5, 22)),
        (date(2028, 9, 4), date(2029, 5, 21)),
        (date(2029, 9, 3), date(2030, 5, 20)),
        (date(2030, 9, 2), date(2031, 5, 19)),
    ]


def test_a_degree_begun_in_spring_ends_with_an_autumn_term():
    facts = catalogue(
        degree("cs", full_time(years(1), academic=True)), needs=["degree:cs"]
    )
    step = step_in(make_plan(facts, background(start=date(2028, 1, 3))), "degree:cs")
    assert [(span.start, span.finish) for span in step.spans] == [
        (date(2028, 1, 17), date(2028, 5, 22)),
        (date(2028, 9, 4), date(2028, 12, 25)),
    ]


def test_eighteen_months_of_study_are_three_terms():
    facts = catalogue(
        degree("cs", full_time(months(18), academic=True)), needs=["degree:cs"]
    )
    plan = make_plan(facts, background())
    assert dates(plan, "degree:cs") == (date(2027, 9, 6), date(2028, 12, 25))


def test_nothing_starts_before_its_term():
    facts = catalogue(milestone("course", at_term=True), needs=["milestone:course"])
    plan = make_plan(facts, background(start=date(2027, 9, 13)))
    assert step_in(plan, "milestone:course").start == date(2028, 1, 17)
    assert step_in(plan, "milestone:course").because.kind == "term"


# Windows


def test_an_internship_lies_in_the_summer_window():
    facts = catalogue(internship(), needs=["milestone:internship"])
    plan = make_plan(facts, background())
    assert dates(plan, "milestone:internship") == (date(2028, 6, 5), date(2028, 8, 14))
    assert step_in(plan, "milestone:internship").because.kind == "window"


def test_a_step_that_would_outlast_its_window_waits_for_the_next():
    facts = catalogue(internship(), needs=["milestone:internship"])
    in_time = make_plan(facts, background(start=date(2027, 6, 21)))
    too_late = make_plan(facts, background(start=date(2027, 6, 28)))
    assert step_in(in_time, "milestone:internship").finish == date(2027, 8, 30)
    assert step_in(too_late, "milestone:internship").start == date(2028, 6, 5)


def test_only_the_friday_of_the_last_week_has_to_lie_in_the_window():
    to_friday = Window(from_month=6, from_day=7, to_month=8, to_day=13)
    a_day_earlier = Window(from_month=6, from_day=6, to_month=8, to_day=12)
    for window, start in [
        (to_friday, date(2027, 6, 7)),
        (a_day_earlier, date(2033, 6, 6)),  # the next year whose weekdays fit
    ]:
        facts = catalogue(
            milestone("camp", full_time(weeks(10)), window=window, is_work=True),
            needs=["milestone:camp"],
        )
        plan = make_plan(facts, background(start=date(2027, 6, 1)))
        assert step_in(plan, "milestone:camp").start == start


def test_a_window_may_span_the_new_year():
    winter = Window(from_month=12, from_day=1, to_month=2, to_day=28)
    facts = catalogue(
        milestone("camp", part_time(weeks(8)), window=winter), needs=["milestone:camp"]
    )
    plan = make_plan(facts, background())
    assert dates(plan, "milestone:camp") == (date(2027, 12, 6), date(2028, 1, 31))


def test_an_open_window_is_no_reason():
    facts = catalogue(
        milestone("course"),
        milestone("camp", window=SUMMER, requires=["milestone:course"]),
        needs=["milestone:camp"],
    )
    plan = make_plan(facts, background(start=date(2027, 6, 7)))
    camp = step_in(plan, "milestone:camp")
    assert camp.start == date(2027, 7, 5)
    assert camp.because.kind == "after"
    assert camp.because.steps == ("milestone:course",)
    assert camp.because.also == ()
    assert "offered" not in camp.because.text


def test_what_is_longer_than_its_window_is_impossible():
    facts = catalogue(
        milestone("camp", full_time(weeks(20)), window=SUMMER, is_work=True),
        needs=["milestone:camp"],
    )
    plan = make_plan(facts, background())
    assert plan.status == "impossible"
    assert any("camp" in text for text in plan.obstacles)


# Shares


def test_an_internship_between_two_academic_years_lengthens_nothing():
    study = degree("cs", full_time(years(2), academic=True))
    without = make_plan(catalogue(study, needs=["degree:cs"]), background())
    with_internship = make_plan(
        catalogue(
            study,
            internship(requires=[share_of("degree:cs", 0.5)]),
            needs=["degree:cs", "milestone:internship"],
        ),
        background(),
    )
    assert with_internship.arrival == without.arrival == date(2029, 5, 21)
    assert step_in(with_internship, "milestone:internship").start == date(2028, 6, 5)


def test_of_a_degree_only_term_weeks_count_towards_a_share():
    # A year has 16 + 18 term weeks; three quarters of two years are 51 of 68,
    # which is the 17th week of the second year: the first of its spring term.
    facts = catalogue(
        degree("cs", full_time(years(2), academic=True)),
        milestone("portfolio", requires=[share_of("degree:cs", 0.75)]),
        needs=["milestone:portfolio"],
    )
    plan = make_plan(facts, background())
    assert step_in(plan, "milestone:portfolio").start == date(2029, 1, 22)


def test_a_share_is_not_spoiled_by_floating_point():
    # 0.7 × 10 is 7.000000000000001 to a computer, and seven weeks to a person.
    facts = catalogue(
        milestone("course", part_time(weeks(10), 4)),
        milestone("exam", requires=[share_of("milestone:course", 0.7)]),
        needs=["milestone:exam"],
    )
    plan = make_plan(facts, background())
    assert step_in(plan, "milestone:exam").start == date(2027, 10, 4)


def test_the_job_search_begins_at_nine_tenths_of_everything_else():
    facts = catalogue(
        milestone("course", part_time(weeks(20), 4)),
        milestone("job-search", part_time(weeks(10), 5)),
        needs=["milestone:course"],
        search="job-search",
    )
    plan = make_plan(facts, background())
    assert step_in(plan, "milestone:job-search").start == date(2027, 12, 20)
    assert plan.arrival == date(2028, 2, 28)


def test_a_short_job_search_does_not_bring_the_arrival_before_the_rest():
    facts = catalogue(
        milestone("course", part_time(weeks(20), 4)),
        milestone("job-search", part_time(weeks(1), 5)),
        needs=["milestone:course"],
        search="job-search",
    )
    plan = make_plan(facts, background())
    assert plan.arrival == step_in(plan, "milestone:course").finish


# What it takes of a week


def test_there_is_one_main_occupation_at_a_time():
    facts = catalogue(
        milestone("bootcamp", full_time(weeks(12))),
        role("developer"),
        needs=["milestone:bootcamp", held("developer", 6)],
    )
    plan = make_plan(facts, background())
    first, second = sorted(plan.steps, key=lambda step: step.start)
    assert second.start == first.finish
    assert second.because.kind == "occupation"
    assert second.because.steps == (first.id,)


def test_the_free_hours_are_shared_by_what_runs_beside_the_main_occupation():
    facts = catalogue(
        role("developer"),
        skill("python", hours=40),
        milestone("portfolio", part_time(weeks(10), 6)),
        needs=[held("developer", 2), "skill:python", "milestone:portfolio"],
    )
    plan = make_plan(facts, background(hours_per_week=10))
    assert step_in(plan, "role:developer").start == date(2027, 8, 16)
    # Four hours are left beside the portfolio: forty of them take as long.
    assert step_in(plan, "skill:python").finish == date(2027, 10, 25)
    assert step_in(plan, "milestone:portfolio").finish == date(2027, 10, 25)


def test_what_takes_more_than_the_free_hours_waits():
    facts = catalogue(
        milestone("course", part_time(weeks(10), 6)),
        milestone("portfolio", part_time(weeks(10), 6)),
        needs=["milestone:course", "milestone:portfolio"],
    )
    plan = make_plan(facts, background(hours_per_week=10))
    first, second = sorted(plan.steps, key=lambda step: step.start)
    assert second.start == first.finish
    assert second.because.kind == "hours"
    assert second.because.steps == (first.id,)


def test_who_cannot_study_full_time_studies_part_time():
    facts = catalogue(
        degree(
            "cs",
            full_time(years(1), academic=True),
            part_time(years(2), 8, academic=True),
        ),
        needs=["degree:cs"],
    )
    full = make_plan(facts, background(full_time_study=True))
    part = make_plan(facts, background(full_time_study=False))
    assert step_in(full, "degree:cs").mode == "full-time"
    assert step_in(part, "degree:cs").mode == "part-time"
    assert part.arrival == date(2029, 5, 21)


def test_who_cannot_study_full_time_can_still_work_full_time():
    facts = catalogue(
        internship(),
        role("developer"),
        milestone("bootcamp", full_time(weeks(12))),
        needs=["milestone:internship", "role:developer"],
    )
    assert make_plan(facts, background(full_time_study=False)).status == "optimal"
    bootcamp = catalogue(
        milestone("bootcamp", full_time(weeks(12))), needs=["milestone:bootcamp"]
    )
    plan = make_plan(bootcamp, background(full_time_study=False))
    assert plan.status == "impossible"


# Degrees in progress


def test_a_degree_in_progress_goes_on_to_its_expected_finish():
    facts = catalogue(degree("cs"), needs=["degree:cs"])
    plan = make_plan(facts, background(education=(expected(date(2028, 5, 19)),)))
    step = step_in(plan, "degree:cs")
    assert (step.start, step.finish) == (date(2027, 8, 16), date(2028, 5, 22))
    assert [(span.start, span.finish) for span in step.spans] == [
        (date(2027, 9, 6), date(2028, 5, 22))
    ]
    assert step.is_main
    assert step.because.kind == "in-progress"
    assert plan.arrival == date(2028, 5, 22)


def test_a_degree_in_progress_is_done_to_a_share_when_little_of_it_remains():
    # A tenth of four years (136 term weeks) is 13.6: so it is nine tenths done
    # when 13 weeks of the last spring term (to 22 May 2028) remain.
    facts = catalogue(
        degree("cs"),
        milestone("portfolio", requires=[share_of("degree:cs", 0.9)]),
        needs=["milestone:portfolio"],
    )
    plan = make_plan(facts, background(education=(expected(date(2028, 5, 19)),)))
    assert step_in(plan, "milestone:portfolio").start == date(2028, 2, 21)


def test_a_degree_in_progress_keeps_the_main_occupation_in_term():
    facts = catalogue(
        degree("cs"),
        milestone("bootcamp", full_time(weeks(3))),
        milestone("course", full_time(weeks(4))),
        needs=["degree:cs", "milestone:bootcamp", "milestone:course"],
    )
    plan = make_plan(facts, background(education=(expected(date(2029, 5, 18)),)))
    assert step_in(plan, "milestone:bootcamp").start == date(2027, 8, 16)
    assert step_in(plan, "milestone:course").start == date(2028, 5, 22)


def test_without_full_time_study_a_degree_in_progress_takes_free_hours():
    facts = catalogue(
        degree(
            "cs",
            full_time(years(4), academic=True),
            part_time(years(8), 6, academic=True),
        ),
        role("developer"),
        needs=["degree:cs", held("developer", 6)],
    )
    plan = make_plan(
        facts,
        background(full_time_study=False, education=(expected(date(2028, 5, 19)),)),
    )
    assert not step_in(plan, "degree:cs").is_main
    assert step_in(plan, "degree:cs").load_hours_per_week == 6
    assert step_in(plan, "role:developer").start == date(2027, 8, 16)


def test_an_expected_finish_by_the_first_week_counts_as_finished():
    facts = catalogue(degree("cs"), masters(), needs=["degree:master"])
    plan = make_plan(facts, background(education=(expected(date(2027, 8, 16)),)))
    assert [step.id for step in plan.steps] == ["degree:master"]


def test_a_self_paced_project_follows_the_free_hours():
    facts = catalogue(
        milestone("portfolio", own_pace(100)),
        needs=[requirement("milestone:portfolio")],
    )
    slow = make_plan(facts, background(hours_per_week=5))
    fast = make_plan(facts, background(hours_per_week=20))
    assert slow.arrival == date(2027, 8, 16) + timedelta(weeks=20)
    assert fast.arrival == date(2027, 8, 16) + timedelta(weeks=5)
