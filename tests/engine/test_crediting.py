"""What is there already is credited, and nobody does it twice."""

from datetime import date

import pytest

from planner.engine.planning import make_plan
from tests.builders import (
    BIOLOGY,
    COMPUTER_SCIENCE,
    STATISTICS,
    any_of,
    background,
    catalogue,
    degree,
    expected,
    finished,
    full_time,
    held,
    masters,
    milestone,
    part_time,
    role,
    share_of,
    skill,
    taught_only,
    weeks,
    worked,
    years,
)


def ids(plan):
    return [step.id for step in plan.steps]


def credited(plan):
    return [credit.requirement for credit in plan.credited]


def weeks_of(plan, step_id):
    step = next(step for step in plan.steps if step.id == step_id)
    return (step.finish - step.start).days // 7


# Degrees


def test_a_finished_degree_meets_a_requirement_of_its_field():
    facts = catalogue(degree("cs", field=COMPUTER_SCIENCE), needs=["degree:cs"])
    plan = make_plan(facts, background(education=(finished(field=COMPUTER_SCIENCE),)))
    assert ids(plan) == []
    assert credited(plan) == ["degree:cs"]
    assert plan.credited[0].by


def test_a_finished_degree_meets_a_requirement_of_a_lower_level():
    facts = catalogue(degree("cs", field=COMPUTER_SCIENCE), needs=["degree:cs"])
    plan = make_plan(
        facts, background(education=(finished("master", COMPUTER_SCIENCE),))
    )
    assert ids(plan) == []


def test_an_associates_degree_leaves_half_of_a_bachelors_in_its_field():
    facts = catalogue(degree("cs", field=COMPUTER_SCIENCE), needs=["degree:cs"])
    whole = make_plan(facts, background()).steps[0]
    transferred = finished("associate", COMPUTER_SCIENCE)
    plan = make_plan(facts, background(education=(transferred,)))
    assert (whole.finish - whole.start).days > 3 * 365
    assert (plan.steps[0].finish - plan.steps[0].start).days < 2 * 365
    assert "half of cs" in credited(plan)
    elsewhere = finished("associate", BIOLOGY)
    plan = make_plan(facts, background(education=(elsewhere,)))
    assert plan.steps[0].finish == whole.finish


def test_a_finished_degree_of_a_lower_level_meets_nothing():
    facts = catalogue(degree("cs", field=COMPUTER_SCIENCE), needs=["degree:cs"])
    plan = make_plan(
        facts, background(education=(finished("associate", COMPUTER_SCIENCE),))
    )
    assert ids(plan) == ["degree:cs"]


def test_a_degree_in_another_field_meets_nothing_that_wants_a_field():
    facts = catalogue(degree("cs", field=COMPUTER_SCIENCE), needs=["degree:cs"])
    plan = make_plan(facts, background(education=(finished(field=BIOLOGY),)))
    assert ids(plan) == ["degree:cs"]


@pytest.mark.parametrize("counts_as", ["27", "27.05", "27.0501"])
def test_a_related_field_counts(counts_as):
    facts = catalogue(degree("cs", counts_as=(counts_as,)), needs=["degree:cs"])
    plan = make_plan(facts, background(education=(finished(field=STATISTICS),)))
    assert ids(plan) == []


def test_a_biologist_takes_the_masters_and_not_a_second_bachelors():
    facts = catalogue(
        degree("cs", field=COMPUTER_SCIENCE),
        masters("data-science", field="30.7001"),
        needs=[any_of("degree:cs", "degree:data-science")],
    )
    plan = make_plan(facts, background(education=(finished(field=BIOLOGY),)))
    assert ids(plan) == ["degree:data-science"]
    without = make_plan(facts, background())
    assert ids(without) == ["degree:cs"]


def test_a_masters_of_the_field_stands_in_for_the_bachelors():
    facts = catalogue(
        degree("cs", field=COMPUTER_SCIENCE),
        masters("cs-master", field=COMPUTER_SCIENCE),
        needs=["degree:cs"],
    )
    plan = make_plan(facts, background(education=(finished(field=BIOLOGY),)))
    assert ids(plan) == ["degree:cs-master"]


def test_a_masters_does_not_open_itself():
    facts = catalogue(
        degree("cs", field=COMPUTER_SCIENCE),
        masters("cs-master", field=COMPUTER_SCIENCE, requires=["degree:cs"]),
        needs=["degree:cs-master"],
    )
    assert ids(make_plan(facts, background())) == ["degree:cs", "degree:cs-master"]


def test_a_high_school_diploma_is_assumed():
    facts = catalogue(
        degree("diploma", level="high-school", field=""),
        degree("cs", requires=["degree:diploma"]),
        needs=["degree:cs"],
    )
    assert ids(make_plan(facts, background())) == ["degree:cs"]


def test_a_high_school_diploma_in_progress_comes_first():
    facts = catalogue(
        degree("diploma", level="high-school", field=""),
        degree("cs", requires=["degree:diploma"]),
        needs=["degree:cs"],
    )
    in_school = expected(date(2028, 6, 16), "high-school", "")
    plan = make_plan(facts, background(education=(in_school,)))
    assert ids(plan) == ["degree:diploma", "degree:cs"]
    assert plan.steps[1].start == date(2028, 9, 4)


def test_a_degree_in_progress_is_not_started_again():
    facts = catalogue(degree("cs"), needs=["degree:cs"])
    plan = make_plan(facts, background(education=(expected(date(2029, 5, 18)),)))
    assert ids(plan) == ["degree:cs"]
    assert plan.steps[0].start == date(2027, 8, 16)
    assert plan.arrival == date(2029, 5, 21)


def test_a_degree_in_progress_opens_what_comes_after_it():
    facts = catalogue(
        degree("biology", field=BIOLOGY),
        masters("data-science"),
        needs=["degree:data-science"],
    )
    studying = expected(date(2028, 5, 19), "bachelor", BIOLOGY)
    plan = make_plan(facts, background(education=(studying,)))
    assert ids(plan) == ["degree:biology", "degree:data-science"]
    assert plan.steps[1].start == date(2028, 9, 4)


# Skills


def test_a_skill_that_is_solid_is_there():
    facts = catalogue(skill("python"), needs=["skill:python"])
    plan = make_plan(facts, background(skills={"python": "solid"}))
    assert ids(plan) == []
    assert credited(plan) == ["skill:python"]


def test_a_skill_known_some_has_half_its_hours_left():
    facts = catalogue(skill("python", hours=100), needs=["skill:python"])
    assert weeks_of(make_plan(facts, background()), "skill:python") == 10
    plan = make_plan(facts, background(skills={"python": "some"}))
    assert weeks_of(plan, "skill:python") == 5


def test_a_degree_held_teaches():
    facts = catalogue(
        degree("cs", teaches=["algorithms"], partly=["python"]),
        skill("algorithms", hours=100),
        skill("python", hours=100),
        needs=["skill:algorithms", "skill:python"],
    )
    plan = make_plan(facts, background(education=(finished(),)))
    assert ids(plan) == ["skill:python"]
    assert weeks_of(plan, "skill:python") == 5


def test_a_degree_held_stands_for_the_one_of_exactly_its_field():
    facts = catalogue(
        degree("cs", counts_as=(STATISTICS,), teaches=["algorithms"]),
        degree("statistics", field=STATISTICS, teaches=["inference"]),
        skill("algorithms"),
        skill("inference"),
        needs=["skill:algorithms", "skill:inference"],
    )
    plan = make_plan(facts, background(education=(finished(field=STATISTICS),)))
    assert ids(plan) == ["skill:algorithms"]


def test_a_role_held_teaches_however_short_it_was():
    facts = catalogue(
        role("developer", teaches=["python"]), skill("python"), needs=["skill:python"]
    )
    assert ids(make_plan(facts, background(experience=(worked("developer", 1),)))) == []


def test_a_milestone_done_is_there_and_has_taught():
    facts = catalogue(
        milestone("course", teaches=["python"]),
        skill("python"),
        needs=["milestone:course", "skill:python"],
    )
    assert ids(make_plan(facts, background(done=("course",)))) == []


def test_what_is_half_known_is_not_halved_twice():
    facts = catalogue(
        degree("cs", partly=["python"]),
        skill("python", hours=100),
        needs=["skill:python"],
    )
    person = background(education=(finished(),), skills={"python": "some"})
    assert weeks_of(make_plan(facts, person), "skill:python") == 5


def test_a_skill_that_something_planned_has_half_taught_takes_half_its_hours():
    facts = catalogue(
        milestone("course", part_time(weeks(2), 10), partly=["python"]),
        skill("python", hours=100),
        needs=["milestone:course", "skill:python"],
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["milestone:course", "skill:python"]
    assert weeks_of(plan, "skill:python") == 5
    assert plan.steps[1].because.steps == ("milestone:course",)


def test_half_taught_in_time_means_half_the_hours_even_where_nothing_hurries():
    facts = catalogue(
        milestone("course", part_time(weeks(6), 8), partly=["python"]),
        skill("python", hours=16),
        needs=["milestone:course", share_of("skill:python", 0.5)],
    )
    plan = make_plan(facts, background(hours_per_week=8))
    assert ids(plan) == ["milestone:course", "skill:python"]
    assert weeks_of(plan, "skill:python") == 1


def test_a_planned_degree_teaches_what_would_else_be_studied():
    facts = catalogue(
        degree("cs", teaches=["algorithms"]),
        taught_only("algorithms"),
        needs=["degree:cs", "skill:algorithms"],
    )
    assert ids(make_plan(facts, background())) == ["degree:cs"]


# Experience


def test_months_in_several_roles_add_up():
    facts = catalogue(
        role("developer"),
        role("data-scientist"),
        needs=[any_of(held("developer", 12), held("data-scientist", 12))],
    )
    both = (worked("developer", 6), worked("data-scientist", 6))
    assert ids(make_plan(facts, background(experience=both))) == []


def test_only_the_months_that_are_left_are_planned():
    facts = catalogue(
        role("developer"),
        role("data-scientist"),
        needs=[any_of(held("developer", 12), held("data-scientist", 12))],
    )
    some = (worked("data-scientist", 9),)
    plan = make_plan(facts, background(experience=some))
    assert len(plan.steps) == 1
    assert (plan.steps[0].finish - plan.steps[0].start).days == 7 * 13


def test_months_in_a_role_that_is_not_asked_for_do_not_count():
    facts = catalogue(role("developer"), role("waiter"), needs=[held("developer", 12)])
    plan = make_plan(facts, background(experience=(worked("waiter", 24),)))
    assert weeks_of(plan, "role:developer") == 52


def test_who_has_held_a_role_needs_no_search_and_no_degree_for_it():
    facts = catalogue(
        degree("cs"),
        milestone("job-search"),
        role("developer", requires=["degree:cs"], search="job-search"),
        needs=[held("developer", 12)],
    )
    plan = make_plan(facts, background(experience=(worked("developer", 3),)))
    assert ids(plan) == ["role:developer"]
    assert weeks_of(plan, "role:developer") == 39


# Milestones


def test_a_job_search_that_is_done_is_that_of_the_target():
    facts = catalogue(
        milestone("job-search"),
        role("developer", search="job-search"),
        needs=[held("developer", 12)],
        search="job-search",
    )
    both = ["milestone:job-search-developer", "role:developer", "milestone:job-search"]
    assert sorted(ids(make_plan(facts, background()))) == sorted(both)
    plan = make_plan(facts, background(done=("job-search",)))
    assert ids(plan) == both[:2]


def test_every_credit_stands_in_the_plan():
    facts = catalogue(
        degree("cs", full_time(years(4), academic=True)),
        masters("data-science"),
        skill("python"),
        needs=["degree:cs", "degree:data-science", "skill:python"],
    )
    person = background(education=(finished(),), skills={"python": "solid"})
    plan = make_plan(facts, person)
    assert ids(plan) == ["degree:data-science"]
    assert {"degree:cs", "skill:python"} <= set(credited(plan))
