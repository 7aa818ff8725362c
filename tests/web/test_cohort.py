"""The plots of a cohort: what they count, and what they keep to themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from planner import cohort, roster
from planner.models import (
    Consent,
    Membership,
    Organisation,
    Roadmap,
    RoadmapStanding,
    StandingStep,
    User,
)
from planner.pages.cohort import FEWEST, Figures, Slips, cohort_page, hidden
from planner.pages.terms import Term

TODAY = date(2027, 3, 10)
SUMMER = Term(2027, 1)


def figures(**counted) -> Figures:
    nothing: dict[str, Any] = {
        "students": 40,
        "statuses": {},
        "careers": {},
        "arrivals": {},
        "stages": {},
        "starts": {},
        "slips": [],
    }
    return Figures(**(nothing | counted))


def plot(key: str, **counted):
    page = cohort_page(figures(**counted), TODAY)
    return next(one for one in page.plots if one.key == key)


def bars(key: str, **counted) -> dict[str, str]:
    return {bar.name: bar.says for bar in plot(key, **counted).bars}


class TestSmallGroups:
    def test_fewer_than_five_students_have_no_plots_and_are_told_why(self):
        page = cohort_page(figures(students=4, statuses={"late": 4}), TODAY)
        assert not page.plots
        assert "fewer than 5 students" in page.headline

    def test_a_bar_of_one_to_four_has_no_length_and_no_number(self):
        found = plot("standing", statuses={"late": 2, "on-time": 30, "waiting": 3})
        assert [(bar.says, bar.length) for bar in found.bars] == [
            ("not shown", ""),
            ("30", "100.0"),
            ("not shown", ""),
            ("0", ""),
            ("0", ""),
        ]
        assert "30 are on time" in found.sentence
        assert "late" not in found.sentence

    def test_one_that_could_be_worked_out_takes_the_next_larger_with_it(self):
        told = bars("standing", statuses={"late": 2, "on-time": 30, "waiting": 8})
        assert told["Late"] == told["Waiting for the next step"] == "not shown"
        assert told["On time"] == "30"

    def test_five_are_told(self):
        assert bars("standing", statuses={"late": 5, "on-time": 35})["Late"] == "5"

    @given(st.lists(st.integers(0, 12), max_size=8))
    def test_no_hidden_count_follows_from_the_sum_and_the_others(self, counts):
        secret = hidden(counts)
        assert {n for n, count in enumerate(counts) if 0 < count < FEWEST} <= secret
        if not secret or sum(counts) < FEWEST:
            return
        # Whoever sees the rest can think of other counts that look the same.
        left = sum(counts[n] for n in secret)
        larger = [c for n, c in enumerate(counts) if n not in secret and c]
        if len(secret) > 1 or larger:
            assert len(secret) > 1
            assert left >= FEWEST

    def test_a_plot_of_fewer_than_five_in_all_is_not_drawn(self):
        found = plot("internship", starts={("internship", SUMMER): 4})
        assert not found.bars
        assert "4" not in found.sentence

    def test_careers_of_fewer_than_five_are_not_named(self):
        found = plot(
            "careers",
            careers={
                "a": ("Actuary", 20),
                "b": ("Baker", 4),
                "c": ("Cook", 4),
                "d": ("Diver", 12),
            },
        )
        names = [bar.name for bar in found.bars]
        assert names == ["Actuary", "Diver", "Other careers"]
        assert [bar.says for bar in found.bars] == ["20", "12", "8"]

    def test_steps_of_fewer_than_five_are_not_named(self):
        few = Slips(step="skill:rare", title="Rare", days={70: 4})
        many = Slips(step="skill:python", title="Python", days={14: 3, 28: 2})
        assert [bar.name for bar in plot("slips", slips=[few, many]).bars] == ["Python"]

    def test_nothing_that_is_not_told_leads_anywhere(self):
        found = plot("standing", statuses={"late": 2, "on-time": 30, "waiting": 3})
        assert [bar.asks for bar in found.bars if bar.is_hidden] == ["", ""]


class TestWords:
    def test_the_summer_in_which_internships_are_needed_is_named(self):
        starts = {("internship", SUMMER): 38, ("internship", Term(2028, 1)): 12}
        found = plot("internship", starts=starts)
        assert found.sentence == (
            "38 students need an internship in summer 2027 and 12 in summer 2028."
        )
        assert found.bars[0].asks == "step=internship&term=2027-summer"

    def test_the_step_that_slips_most_comes_first_with_mean_and_median(self):
        some = Slips(step="skill:git", title="Git", days={7: 6})
        most = Slips(step="skill:python", title="Python", days={0: 3, 70: 2})
        found = plot("slips", slips=[some, most])
        assert [bar.name for bar in found.bars] == ["Python", "Git"]
        assert "4 weeks, half of them 0 weeks or more; 5 students" in found.bars[0].says
        assert found.bars[0].length == "100.0"

    def test_arrivals_before_and_after_the_next_years_are_told_together(self):
        arrivals = {
            Term(2020, 0): 7,
            Term(2026, 1): 2,
            Term(2026, 2): 6,
            Term(2028, 0): 10,
            Term(2031, 0): 3,
            Term(2036, 0): 2,
            Term(2040, 2): 2,
        }
        told = bars("arrivals", arrivals=arrivals)
        assert told["Before spring 2026"] == "7"
        assert told["After autumn 2030"] == "7"
        # The one small group that is left takes the next larger with it.
        assert told["Summer 2026"] == "not shown"

    def test_terms_without_arrivals_stand_between_the_others(self):
        arrivals = {Term(2027, 0): 10, Term(2027, 2): 30}
        assert bars("arrivals", arrivals=arrivals) == {
            "Spring 2027": "10",
            "Summer 2027": "0",
            "Autumn 2027": "30",
        }


@pytest.fixture
def college(db):
    return Organisation.objects.create(name="A college")


@pytest.fixture
def ada(college):
    user = User.objects.create_user("ada", "ada@example.org", "pw")
    return Membership.objects.create(
        organisation=college, user=user, role="advisor", joined_at=timezone.now()
    )


@pytest.fixture
def lead(college):
    user = User.objects.create_user("lea", "lea@example.org", "pw")
    return Membership.objects.create(
        organisation=college, user=user, role="lead", joined_at=timezone.now()
    )


def students(
    college: Organisation, number: int, *steps: dict[str, Any], **standing
) -> None:
    """So many students whose roadmaps stand so."""
    for _n in range(number):
        owner = User.objects.create_user(f"s{User.objects.count()}")
        roadmap = Roadmap.objects.create(
            owner=owner, name="Mine", changed_at=timezone.now()
        )
        fields = {
            "career": "data-scientist",
            "career_title": "Data scientist",
            "arrival": date(2029, 6, 1),
            "next_step": "skill:python",
            "next_day": TODAY,
            "overdue_from": TODAY,
        }
        kept = RoadmapStanding.objects.create(roadmap=roadmap, **(fields | standing))
        for step in steps:
            StandingStep.objects.create(standing=kept, **step)
        Consent.objects.create(
            organisation=college,
            student=owner,
            roadmap=roadmap,
            given_at=timezone.now(),
        )


def step(name: str, start: date, weeks: int = 4, **more: Any) -> dict[str, Any]:
    kind = name.partition(":")[0]
    finish = start + timedelta(weeks=weeks)
    return {
        "step": name,
        "title": name.partition(":")[2].capitalize(),
        "kind": kind,
        "start": start,
        "finish": finish,
        "first_finish": finish,
        **more,
    }


def counted(ada: Membership, query: str = "") -> Figures:
    found = roster.found(ada.organisation, ada, QueryDict(query), TODAY)
    return cohort.figures(found, TODAY)


@pytest.mark.django_db
class TestCounting:
    def test_people_are_counted_by_how_they_stand_and_when_they_arrive(
        self, college, ada
    ):
        students(college, 2, overdue_from=TODAY - timedelta(weeks=2))
        students(college, 3, arrival=date(2028, 9, 1))
        students(college, 1, arrival=None)
        found = counted(ada)
        assert found.students == 6
        assert found.statuses == {"late": 2, "on-time": 4}
        assert found.arrivals == {Term(2029, 1): 2, Term(2028, 2): 3}
        assert found.careers == {"data-scientist": ("Data scientist", 6)}

    def test_the_next_step_says_what_they_are_about(self, college, ada):
        for name, stage in [
            ("degree:bachelor", "study"),
            ("role:developer", "work"),
            ("skill:python", "skills"),
            ("milestone:job-search-developer", "hired"),
        ]:
            later = step("skill:git", date(2028, 1, 1))
            students(college, 1, step(name, TODAY), later, next_step=name)
            assert counted(ada).stages[stage] == 1
        assert sum(counted(ada).stages.values()) == 4

    def test_what_is_ahead_is_counted_once_a_person_and_term(self, college, ada):
        june, july = date(2027, 6, 7), date(2027, 7, 5)
        nature: dict[str, Any] = {"nature": "internship"}
        students(
            college,
            2,
            step("milestone:internship", june, **nature),
            step("milestone:another-internship", july, **nature),
            step("role:developer", date(2028, 9, 4)),
        )
        done = step("milestone:internship", june, finished=TODAY, **nature)
        begun = step("degree:bachelor", date(2027, 9, 6), started=TODAY)
        students(college, 3, done, begun)
        assert counted(ada).starts == {
            ("internship", SUMMER): 2,
            ("job", Term(2028, 2)): 2,
        }

    def test_a_slip_is_from_the_first_plan_to_the_end_or_to_today(self, college, ada):
        start = TODAY - timedelta(weeks=10)
        end = start + timedelta(weeks=4)  # six weeks ago
        students(
            college,
            1,
            step("skill:done", start, finished=end + timedelta(weeks=2)),
            step("skill:late", start),
            step("skill:moved", start, finish=TODAY + timedelta(weeks=1)),
            step("skill:early", TODAY, finished=TODAY),
            step("skill:ahead", TODAY + timedelta(weeks=1)),
            step("milestone:own-1", start),
        )
        weeks = {one.step: one.weeks for one in counted(ada).slips}
        assert weeks == {
            "skill:done": [2],
            "skill:late": [6],
            "skill:moved": [7],
            "skill:early": [-4],
        }

    def test_others_and_those_who_withdrew_are_not_counted(self, college, ada):
        students(Organisation.objects.create(name="Another"), 5)
        students(college, 2)
        last = Consent.objects.filter(organisation=college).order_by("pk").last()
        assert last is not None
        Consent.objects.filter(pk=last.pk).update(withdrawn_at=timezone.now())
        assert counted(ada).students == 1


@pytest.mark.django_db
class TestThePage:
    def page(self, member: Membership, **query):
        return self.ask(self.signed_in(member), member, **query)

    def ask(self, client: Client, member: Membership, **query):
        there = reverse("planner:cohort", args=[member.organisation.code])
        return client.get(there, query)

    def signed_in(self, member: Membership) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    def test_an_advisor_sees_the_group_that_was_looked_for(self, college, ada):
        students(college, 6)
        students(college, 7, career="web-developer", career_title="Web developer")
        shown = self.page(ada, career="web-developer").context["page"]
        assert shown.headline.startswith("7 students")

    def test_a_lead_sees_all_and_nobody_in_particular(self, college, lead):
        students(college, 6)
        students(college, 7, career="web-developer", career_title="Web developer")
        response = self.page(lead, career="web-developer")
        assert response.context["page"].headline.startswith("13 students")
        page = response.content.decode()
        assert "?status=" not in page
        assert "?career=" not in page

    def test_for_an_advisor_a_bar_leads_to_its_students(self, college, ada):
        students(college, 6)
        page = self.page(ada, q="s").content.decode()
        assert f"{college.get_absolute_url()}?q=s&amp;status=" in page

    def test_the_drawing_and_the_table_say_the_same(self, college, ada):
        students(college, 6)
        response = self.page(ada)
        for one in response.context["page"].plots:
            for bar in one.bars:
                assert response.content.decode().count(bar.name) >= 2

    @pytest.mark.parametrize("number", [6, 30])
    def test_any_number_of_students_takes_the_same_queries(
        self, college, ada, number, django_assert_num_queries
    ):
        students(college, number, step("skill:python", TODAY - timedelta(weeks=9)))
        client = self.signed_in(ada)
        with django_assert_num_queries(8):  # three to be let in, five to count
            self.ask(client, ada)
