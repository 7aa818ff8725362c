"""Which of several routes is taken, and what is said where there is none."""

from datetime import date

from planner.engine.planning import make_plan
from tests.builders import (
    BIOLOGY,
    COMPUTER_SCIENCE,
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
    optional,
    own_pace,
    part_time,
    per_year,
    recommended,
    requirement,
    role,
    skill,
    taught_only,
    weeks,
    whole,
    years,
)


def ids(plan):
    return [step.id for step in plan.steps]


def left_out(plan):
    return [one.id for one in plan.left_out]


# Which route


def test_any_one_of_three_languages_is_enough():
    facts = catalogue(
        skill("java", hours=60),
        skill("python", hours=40),
        skill("r", hours=50),
        needs=[any_of("skill:java", "skill:python", "skill:r")],
    )
    assert ids(make_plan(facts, background())) == ["skill:python"]


def test_the_first_listed_wins_where_nothing_else_decides():
    facts = [skill("java"), skill("python")]
    one = catalogue(*facts, needs=[any_of("skill:java", "skill:python")])
    other = catalogue(*facts, needs=[any_of("skill:python", "skill:java")])
    assert ids(make_plan(one, background())) == ["skill:java"]
    assert ids(make_plan(other, background())) == ["skill:python"]


def test_the_earliest_arrival_comes_before_the_lowest_cost():
    facts = catalogue(
        milestone("fast", part_time(weeks(4), 5, cost=whole(9000))),
        milestone("cheap", part_time(weeks(5), 5, cost=whole(10))),
        needs=[any_of("milestone:cheap", "milestone:fast")],
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["milestone:fast"]
    assert plan.cost == 9000


def test_of_two_equally_fast_ways_the_cheaper_is_taken():
    facts = catalogue(
        milestone("dear", part_time(weeks(4), 5, cost=whole(9000))),
        milestone("cheap", part_time(weeks(4), 5, cost=whole(10))),
        needs=[any_of("milestone:dear", "milestone:cheap")],
    )
    assert ids(make_plan(facts, background())) == ["milestone:cheap"]


def test_one_milestone_that_teaches_two_skills_is_fewer_steps():
    facts = catalogue(
        skill("python", hours=20),
        skill("sql", hours=20),
        milestone("course", part_time(weeks(4), 10), teaches=["python", "sql"]),
        needs=["skill:python", "skill:sql"],
    )
    assert ids(make_plan(facts, background())) == ["milestone:course"]


def test_one_thing_at_ones_own_pace_is_done_at_a_time():
    facts = catalogue(
        skill("python", hours=33),
        skill("sql", hours=33),
        needs=["skill:python", "skill:sql"],
    )
    first, second = make_plan(facts, background(hours_per_week=10)).steps
    assert first.load_hours_per_week == second.load_hours_per_week == 10
    assert second.start == first.finish
    assert second.because.kind == "hours"


def test_nothing_is_planned_that_no_need_chose():
    """A course that would halve the hours of something is not a need."""
    facts = catalogue(
        milestone("course", full_time(weeks(2)), partly=["python"]),
        milestone("project", own_pace(44), requires=[recommended("milestone:course")]),
        skill("python", hours=50),
        needs=["skill:python", "milestone:project"],
    )
    plan = make_plan(facts, background(hours_per_week=10))
    steps = {step.id: step for step in plan.steps}
    if "milestone:course" in steps:
        course, project = steps["milestone:course"], steps["milestone:project"]
        assert course.finish <= project.start
        assert plan.left_out == ()


def test_there_is_a_pace_beside_a_degree_in_progress():
    facts = catalogue(
        degree("cs", part_time(years(6), 6, academic=True)),
        skill("python", hours=40),
        needs=["skill:python"],
    )
    studying = expected(date(2031, 5, 16))
    person = background(full_time_study=False, education=(studying,))
    plan = make_plan(facts, person)
    python = next(step for step in plan.steps if step.id == "skill:python")
    assert python.start == date(2027, 8, 16)
    assert python.load_hours_per_week == 4


def test_a_degree_does_not_enter_only_because_it_teaches():
    facts = catalogue(
        degree("cs", full_time(years(1), academic=True), teaches=["algorithms"]),
        skill("algorithms", hours=5000),
        needs=["skill:algorithms"],
    )
    assert ids(make_plan(facts, background())) == ["skill:algorithms"]


def test_a_degree_is_never_planned_only_because_it_teaches():
    facts = catalogue(
        degree("cs", full_time(years(1), academic=True), teaches=["algorithms"]),
        masters("cs-master", field=COMPUTER_SCIENCE, requires=["degree:cs"]),
        role("developer", requires=["degree:cs-master"]),
        taught_only("algorithms"),
        needs=[any_of("skill:algorithms", held("developer", 12))],
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["degree:cs", "degree:cs-master", "role:developer"]


def test_a_degree_that_is_planned_anyway_teaches_in_passing():
    facts = catalogue(
        degree("cs", full_time(years(1), academic=True), teaches=["algorithms"]),
        skill("algorithms", hours=200),
        needs=["degree:cs", "skill:algorithms"],
    )
    assert ids(make_plan(facts, background())) == ["degree:cs"]


def test_a_detour_is_left_out():
    """Who would have to take the bachelor's first needs no master's after it."""
    facts = catalogue(
        degree("cs", field=COMPUTER_SCIENCE),
        masters("cs-master", field=COMPUTER_SCIENCE, requires=["degree:cs"]),
        needs=[any_of("degree:cs-master", "degree:cs")],
    )
    assert ids(make_plan(facts, background())) == ["degree:cs"]


def test_beside_a_degree_in_progress_no_other_of_its_level_is_begun():
    facts = catalogue(
        degree("cs", full_time(years(4), academic=True)),
        degree("quick", part_time(years(0.5), 5, academic=True)),
        needs=["degree:cs"],
    )
    plan = make_plan(facts, background(education=(expected(date(2031, 5, 16)),)))
    assert ids(plan) == ["degree:cs"]
    assert plan.arrival == date(2031, 5, 19)


def test_any_bachelors_is_one_that_the_career_names():
    facts = catalogue(
        degree("arts", full_time(years(1), academic=True), field="50.0101"),
        degree("cs", field=COMPUTER_SCIENCE),
        needs=["any bachelor", optional("degree:cs")],
    )
    assert ids(make_plan(facts, background())) == ["degree:cs"]


def test_each_need_of_a_role_on_the_way_counts_in_its_scope():
    facts = catalogue(
        skill("python"),
        skill("sql"),
        role(
            "developer",
            requires=[
                requirement("skill:python", scope="on-the-way"),
                requirement("skill:sql", scope="as-target"),
            ],
        ),
        needs=[held("developer", 12)],
    )
    assert ids(make_plan(facts, background())) == ["skill:python", "role:developer"]
    as_target = make_plan(facts, background(career="developer"))
    assert ids(as_target) == ["skill:sql"]


def test_a_scope_means_nothing_to_a_milestone():
    facts = catalogue(
        milestone("course"),
        milestone(
            "exam", requires=[requirement("milestone:course", scope="as-target")]
        ),
        needs=["milestone:exam"],
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["milestone:course", "milestone:exam"]


def test_a_role_lasts_as_long_as_the_longest_requirement_that_takes_it():
    facts = catalogue(
        role("developer"),
        needs=[held("developer", 6), held("developer", 18)],
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["role:developer"]
    assert (plan.steps[0].finish - plan.steps[0].start).days == 7 * 78


def test_every_role_on_the_way_has_a_search_of_its_own():
    facts = catalogue(
        milestone("job-search", part_time(weeks(4), 5)),
        role("developer", search="job-search"),
        needs=[held("developer", 12)],
        search="job-search",
    )
    plan = make_plan(facts, background())
    assert ids(plan) == [
        "milestone:job-search-developer",
        "role:developer",
        "milestone:job-search",
    ]
    # Nine tenths of 52 weeks are 47, so the second search lies within the job.
    assert plan.steps[2].start == date(2028, 8, 7)
    assert plan.arrival == date(2028, 9, 11)


def test_what_the_job_search_requires_is_planned():
    facts = catalogue(
        skill("writing"),
        milestone("job-search", requires=["skill:writing"]),
        search="job-search",
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["skill:writing", "milestone:job-search"]


# A master's


def test_a_masters_that_is_wanted_is_planned():
    facts = catalogue(masters("data-science"), skill("python"), needs=["skill:python"])
    graduate = (finished(field=BIOLOGY),)
    either = make_plan(facts, background(education=graduate))
    wanted = make_plan(facts, background(education=graduate, masters="yes"))
    assert ids(either) == ["skill:python"]
    assert sorted(ids(wanted)) == ["degree:data-science", "skill:python"]


def test_the_masters_that_is_wanted_is_one_that_the_career_names():
    facts = catalogue(
        masters("arts", full_time(years(0.5), academic=True), field="50.0101"),
        masters("data-science"),
        skill("python"),
        needs=["skill:python", optional("degree:data-science")],
    )
    person = background(education=(finished(field=BIOLOGY),), masters="yes")
    assert "degree:data-science" in ids(make_plan(facts, person))
    assert "degree:arts" not in ids(make_plan(facts, person))


def test_a_masters_that_is_held_is_enough():
    facts = catalogue(masters("data-science"), skill("python"), needs=["skill:python"])
    person = background(education=(finished("master", BIOLOGY),), masters="yes")
    assert ids(make_plan(facts, person)) == ["skill:python"]


def test_without_a_masters_the_longer_way_is_taken():
    facts = catalogue(
        degree("cs"),
        masters("data-science"),
        needs=[any_of("degree:cs", "degree:data-science")],
    )
    person = background(education=(finished(field=BIOLOGY),), masters="no")
    assert ids(make_plan(facts, person)) == ["degree:cs"]


def test_a_masters_in_progress_is_kept_though_none_is_wanted():
    facts = catalogue(masters("data-science"), needs=["degree:data-science"])
    person = background(
        education=(finished(), expected(date(2028, 5, 19), "master", "30.7001")),
        masters="no",
    )
    plan = make_plan(facts, person)
    assert ids(plan) == ["degree:data-science"]
    assert plan.arrival == date(2028, 5, 22)


# What is recommended


def test_what_is_recommended_is_planned_where_it_delays_nothing():
    facts = catalogue(
        role("developer"),
        milestone("portfolio"),
        needs=[held("developer", 6), recommended("milestone:portfolio")],
    )
    plan = make_plan(facts, background())
    strengths = {step.id: step.strength for step in plan.steps}
    assert strengths == {
        "role:developer": "required",
        "milestone:portfolio": "recommended",
    }
    assert plan.left_out == ()


def test_what_is_recommended_is_left_out_where_it_would_delay_and_the_plan_says_so():
    facts = catalogue(
        skill("python"),
        degree("cs"),
        needs=["skill:python", recommended("degree:cs")],
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["skill:python"]
    assert left_out(plan) == ["degree:cs"]
    assert plan.left_out[0].why


def test_what_is_both_required_and_recommended_is_required():
    facts = catalogue(
        milestone("portfolio"),
        needs=["milestone:portfolio", recommended("milestone:portfolio")],
    )
    plan = make_plan(facts, background())
    assert [step.strength for step in plan.steps] == ["required"]


def test_what_is_met_by_something_required_is_not_left_out():
    facts = catalogue(
        degree("cs", full_time(years(1), academic=True)),
        degree("software", full_time(years(1), academic=True)),
        needs=["degree:cs", recommended("degree:cs")],
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["degree:cs"]
    assert plan.left_out == ()


def test_advice_that_nobody_can_follow_is_left_out():
    facts = catalogue(
        skill("python"), needs=["skill:python", recommended("any bachelor")]
    )
    plan = make_plan(facts, background())
    assert ids(plan) == ["skill:python"]
    assert len(plan.left_out) == 1


def test_what_is_optional_is_not_planned():
    facts = catalogue(
        role("developer"),
        milestone("portfolio"),
        needs=[held("developer", 6), optional("milestone:portfolio")],
    )
    assert ids(make_plan(facts, background())) == ["role:developer"]


def test_nothing_is_planned_only_to_follow_its_own_advice():
    facts = catalogue(
        degree("cs", full_time(years(1), academic=True)),
        role("developer"),
        milestone("portfolio", requires=[recommended("degree:cs")]),
        needs=[
            "degree:cs",
            "role:developer",
            recommended("role:developer", "milestone:portfolio"),
        ],
    )
    plan = make_plan(facts, background())
    assert sorted(ids(plan)) == ["degree:cs", "role:developer"]


# Money


def test_a_cost_a_year_is_that_of_the_likely_years():
    facts = catalogue(
        degree("cs", full_time(years(4), academic=True, cost=per_year(10_000))),
        needs=["degree:cs"],
    )
    assert make_plan(facts, background()).cost == 40_000


def test_the_students_own_tuition_replaces_the_cost_of_a_degree():
    facts = catalogue(
        degree("cs", full_time(years(4), academic=True, cost=per_year(10_000))),
        milestone("exam", part_time(weeks(1), cost=whole(300))),
        needs=["degree:cs", "milestone:exam"],
    )
    assert make_plan(facts, background(tuition_per_year=2_000)).cost == 8_300


def test_a_plan_without_known_costs_has_no_cost():
    plan = make_plan(catalogue(degree("cs"), needs=["degree:cs"]), background())
    assert plan.cost is None
    assert plan.unpriced == ("degree:cs",)


def test_a_wish_that_is_missed_makes_no_plan_impossible():
    facts = catalogue(
        degree("cs", full_time(years(4), academic=True, cost=per_year(10_000))),
        needs=["degree:cs"],
    )
    person = background(target_date=date(2027, 9, 1), budget=1)
    plan = make_plan(facts, person)
    assert plan.status == "optimal"
    assert plan.steps == make_plan(facts, background()).steps


# No route


def assert_impossible(plan, *words):
    assert plan.status == "impossible"
    assert plan.arrival is None
    assert plan.steps == ()
    assert all(any(word in text for text in plan.obstacles) for word in words)
    assert plan.obstacles


def test_a_career_that_needs_what_nobody_teaches_has_no_route():
    facts = catalogue(taught_only("charm"), needs=["skill:charm"])
    assert_impossible(make_plan(facts, background()), "charm")


def test_a_closed_certificate_is_never_planned():
    facts = catalogue(
        milestone("old-exam", is_closed=True),
        milestone("new-exam", part_time(weeks(30), 5)),
        needs=[any_of("milestone:old-exam", "milestone:new-exam")],
    )
    assert ids(make_plan(facts, background())) == ["milestone:new-exam"]
    only = catalogue(
        milestone("old-exam", is_closed=True), needs=["milestone:old-exam"]
    )
    assert_impossible(make_plan(only, background()), "old-exam")
    held_already = make_plan(only, background(done=("old-exam",)))
    assert held_already.status == "optimal"


def test_without_free_hours_nobody_studies_alone():
    facts = catalogue(skill("python"), needs=["skill:python"])
    assert_impossible(make_plan(facts, background(hours_per_week=0)), "python")


def test_without_free_hours_a_bootcamp_still_teaches():
    facts = catalogue(
        skill("python"),
        milestone("bootcamp", full_time(weeks(12)), teaches=["python"]),
        needs=["skill:python"],
    )
    plan = make_plan(facts, background(hours_per_week=0))
    assert ids(plan) == ["milestone:bootcamp"]


def test_what_takes_more_hours_than_there_are_is_impossible():
    facts = catalogue(
        milestone("course", part_time(weeks(4), 12)), needs=["milestone:course"]
    )
    assert_impossible(make_plan(facts, background(hours_per_week=10)), "course")


def test_who_wants_no_masters_cannot_reach_what_needs_one():
    facts = catalogue(masters("data-science"), needs=["degree:data-science"])
    person = background(education=(finished(),), masters="no")
    assert_impossible(make_plan(facts, person), "data-science")


def test_an_obstacle_deep_inside_a_route_is_named():
    facts = catalogue(
        taught_only("charm"),
        milestone("job-search", requires=["skill:charm"]),
        role("developer", search="job-search"),
        milestone("talk", own_pace(10), requires=[held("developer", 6)]),
        needs=["milestone:talk"],
    )
    assert_impossible(make_plan(facts, background()), "charm")


def test_what_only_a_by_product_could_meet_is_named_as_out_of_reach():
    """Nobody takes a degree for a talk; and the bootcamp beside it cannot be had."""
    facts = catalogue(
        degree("cs", part_time(years(2), 4, academic=True)),
        milestone("camp", full_time(weeks(10))),
        milestone("talk", requires=[any_of("milestone:camp", "degree:cs")]),
        needs=["milestone:talk"],
    )
    plan = make_plan(facts, background(full_time_study=False))
    assert plan.status == "impossible"
    assert any("“camp”" in text for text in plan.obstacles)


def test_a_by_product_makes_nothing_a_detour():
    """The bachelor's teaches the skill too, and nobody would take it for that."""
    facts = catalogue(
        taught_only("leading"),
        degree("ba", teaches=["leading"]),
        masters("ms", teaches=["leading"], requires=["degree:ba"]),
        needs=[any_of("skill:leading", "degree:ms")],
    )
    plan = make_plan(facts, background())
    assert {"degree:ba", "degree:ms"} == {step.id for step in plan.steps}


def test_a_skill_that_nobody_can_study_alone_is_no_way_beside_a_degree():
    """So the degree is no by-product there, and is taken for the project's sake."""
    facts = catalogue(
        taught_only("leading"),
        degree("ba"),
        milestone("project", requires=[any_of("skill:leading", "degree:ba")]),
        needs=["milestone:project"],
    )
    plan = make_plan(facts, background())
    assert {"degree:ba", "milestone:project"} == {step.id for step in plan.steps}
