"""The shipped catalogue gives advice that a good careers advisor would sign."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from planner.building import build_document
from planner.documents.background import read_background
from planner.documents.catalogue import read_catalogue
from planner.engine.facts import Catalogue
from planner.engine.planning import make_plan
from planner.engine.plans import Plan, Step
from planner.services import load_rows

pytestmark = pytest.mark.django_db  # so that there is a test database to load into

FIXTURES = Path(settings.BASE_DIR) / "fixtures" / "catalogue"
CAREERS = [
    row["fields"]["slug"]
    for row in json.loads((FIXTURES / "06_roles.json").read_text(encoding="utf-8"))
    if row["model"] == "planner.role" and row["fields"]["is_career"]
]
ML_ENGINEER = "machine-learning-engineer"
START = date(2027, 8, 15)


def finished(field: str) -> dict[str, Any]:
    degree = {"level": "bachelor", "field": field, "finished": "2027-05-20"}
    return {"education": [degree]}


PEOPLE: dict[str, dict[str, Any]] = {
    "school leaver": {},
    "computer science graduate": finished("11.0701"),
    "biology graduate": finished("26.0101"),
}
DEVELOPER = finished("11.0701") | {
    "experience": [{"role": "software-developer", "months": 36}],
    "skills": {"python": "solid", "sql": "solid"},
}


class Advisor:
    """Makes plans from the shipped catalogue, each of them once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._plan = cache(self._make)

    def plan(self, career: str = ML_ENGINEER, **said: Any) -> Plan:
        document = {"career": career, "start": START.isoformat(), **said}
        return self._plan(json.dumps(document, sort_keys=True))

    def _make(self, document: str) -> Plan:
        background = read_background(json.loads(document), self.catalogue)
        return make_plan(self.catalogue, background)

    def teaches_fully(self, step: Step, skill: str) -> bool:
        kind, _, slug = step.id.partition(":")
        things = {
            "degree": self.catalogue.degrees,
            "milestone": self.catalogue.milestones,
            "role": self.catalogue.roles,
        }
        if kind not in things or slug not in things[kind]:
            return False
        taught = things[kind][slug].teaches
        return any(t.skill == skill and t.is_full for t in taught)

    def level(self, step: Step) -> str:
        return self.catalogue.degrees[step.id.partition(":")[2]].level


@pytest.fixture(scope="module")
def advisor(django_db_setup: None, django_db_blocker: Any) -> Advisor:
    """An advisor with the files as they are; the database stays as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_rows(sorted(FIXTURES.glob("*.json")))
        document = build_document()
        transaction.set_rollback(True)
    return Advisor(read_catalogue(document, "shipped"))


def step_in(plan: Plan, name: str) -> Step:
    return next(step for step in plan.steps if step.id == name)


def degrees_in(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if step.kind == "degree"]


def arrival(plan: Plan) -> date:
    assert plan.status == "optimal", plan.obstacles
    assert plan.arrival is not None
    return plan.arrival


def years(plan: Plan) -> float:
    return (arrival(plan) - START).days / 365.25


def first_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


each_career = pytest.mark.parametrize("career", CAREERS)
each_person = pytest.mark.parametrize("person", PEOPLE)


class TestMachineLearningEngineer:
    def test_a_school_leaver_is_there_in_five_to_six_and_a_half_years(self, advisor):
        assert 5 <= years(advisor.plan(masters="no")) <= 6.5

    def test_a_masters_beside_the_job_is_barely_later(self, advisor):
        without = advisor.plan(masters="no", hours_per_week=20)
        with_it = advisor.plan(masters="yes", hours_per_week=20)
        assert arrival(with_it) - arrival(without) <= timedelta(days=274)
        master = next(s for s in degrees_in(with_it) if advisor.level(s) == "master")
        job = next(s for s in with_it.steps if s.kind == "role")
        assert not master.is_main
        assert job.start <= master.start < job.finish

    @pytest.mark.parametrize("masters", ["either", "yes"])
    def test_a_biology_graduate_studies_for_no_second_bachelors(self, advisor, masters):
        plan = advisor.plan(masters=masters, **PEOPLE["biology graduate"])
        assert [advisor.level(step) for step in degrees_in(plan)] == ["master"]
        assert years(plan) < 3.5

    def test_a_working_developer_is_there_within_a_year(self, advisor):
        plan = advisor.plan(**DEVELOPER)
        assert years(plan) <= 1
        assert not degrees_in(plan)
        assert all(step.kind != "role" for step in plan.steps)

    @each_person
    def test_machine_learning_comes_before_the_portfolio(self, advisor, person):
        plan = advisor.plan(**PEOPLE[person])
        portfolio = step_in(plan, "milestone:portfolio")
        for skill in ("machine-learning", "data-preparation", "model-evaluation"):
            learned = [
                step.finish
                for step in plan.steps
                if step.id == f"skill:{skill}" or advisor.teaches_fully(step, skill)
            ]
            assert min(learned) <= portfolio.start, skill

    def test_machine_learning_is_learned_beside_the_third_and_fourth_year(
        self, advisor
    ):
        plan = advisor.plan(masters="no")
        study = degrees_in(plan)[0]
        skills = [step for step in plan.steps if step.kind == "skill"]
        assert {"skill:machine-learning", "skill:deployment"} <= {s.id for s in skills}
        for step in [*skills, step_in(plan, "milestone:portfolio")]:
            assert study.start + timedelta(days=600) < step.start
            assert step.finish <= study.finish, step.id

    def test_the_internship_fills_a_summer_between_study_and_costs_no_time(
        self, advisor
    ):
        plan = advisor.plan(masters="no")
        internship = step_in(plan, "milestone:internship")
        assert date(internship.start.year, 6, 1) <= internship.start
        # On Friday it is over: the Monday after may be in September.
        last = internship.finish - timedelta(days=3)
        assert last <= date(internship.start.year, 8, 31)
        spans = degrees_in(plan)[0].spans
        assert any(span.finish <= internship.start for span in spans)
        assert any(internship.finish <= span.start for span in spans)
        done = advisor.plan(masters="no", done=["internship"])
        assert arrival(done) == arrival(plan)

    def test_one_course_at_a_time_is_possible_and_takes_thirteen_years(self, advisor):
        slow = advisor.plan(full_time_study=False, hours_per_week=10)
        study = degrees_in(slow)[0]
        assert "one course at a time" in study.mode
        assert 13 <= (study.finish - study.start).days / 365.25 <= 14
        assert years(slow) < 16
        assert (
            advisor.plan(full_time_study=False, hours_per_week=5).status == "impossible"
        )


@each_career
class TestEveryCareer:
    def test_it_can_be_reached_from_high_school_and_the_plan_is_proven(
        self, advisor, career
    ):
        assert 2 < years(advisor.plan(career)) < 10

    @each_person
    def test_no_degree_starts_before_its_term(self, advisor, career, person):
        for step in degrees_in(advisor.plan(career, **PEOPLE[person])):
            year = step.start.year
            autumn, spring = date(year, 9, 1), date(year, 1, 12)
            assert step.start in {first_monday(autumn), first_monday(spring)}, step.id

    @each_person
    def test_nothing_is_studied_alone_that_a_degree_has_taught(
        self, advisor, career, person
    ):
        plan = advisor.plan(career, **PEOPLE[person])
        for step in plan.steps:
            if step.kind != "skill":
                continue
            skill = step.id.partition(":")[2]
            for degree in degrees_in(plan):
                taught = advisor.teaches_fully(degree, skill)
                assert not (taught and degree.finish <= step.start), step.id

    def test_a_biology_graduate_studies_for_no_second_bachelors(self, advisor, career):
        plan = advisor.plan(career, **PEOPLE["biology graduate"])
        arrival(plan)
        assert {advisor.level(step) for step in degrees_in(plan)} <= {"master"}

    def test_a_computer_science_graduate_is_sent_to_no_bootcamp(self, advisor, career):
        plan = advisor.plan(career, **PEOPLE["computer science graduate"])
        arrival(plan)
        assert "milestone:coding-bootcamp" not in {step.id for step in plan.steps}
        assert {advisor.level(step) for step in degrees_in(plan)} <= {"master"}
