"""The roster: who is in it, what is found, in which order, and what it costs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner import keeping, roster
from planner.documents.background import read_background
from planner.models import (
    AuditEntry,
    Consent,
    Membership,
    Organisation,
    Roadmap,
    RoadmapStanding,
    SavedView,
    StandingStep,
    User,
)
from planner.pages.terms import Term
from planner.queries import published
from planner.roster import Status
from tests.builders_roster import many_students
from tests.web.world import publish

pytestmark = pytest.mark.django_db

Role = Membership.Role
TODAY = date(2027, 3, 10)


@pytest.fixture
def college():
    return Organisation.objects.create(name="A college")


@pytest.fixture
def ada(college):
    return member(college, "ada")


@pytest.fixture
def advisor(ada):
    client = Client()
    client.force_login(ada.user)
    return client


def member(college: Organisation, name: str, role: str = Role.ADVISOR) -> Membership:
    user = User.objects.create_user(name, f"{name}@example.org", "pw")
    return Membership.objects.create(
        organisation=college, user=user, role=role, joined_at=timezone.now()
    )


def student(
    college: Organisation, name: str, *, advisor=None, review="draft", **standing
) -> Consent:
    """A student called like that, whose roadmap stands so."""
    first, _space, last = name.partition(" ")
    owner = User.objects.create_user(
        name, f"{first.lower()}@example.org", "pw", first_name=first, last_name=last
    )
    roadmap = None
    if standing.pop("has_roadmap", True):
        roadmap = Roadmap.objects.create(
            owner=owner, name="My way", changed_at=timezone.now()
        )
        fields = {
            "career": "data-scientist",
            "career_title": "Data scientist",
            "next_step": "skill:python",
            "next_title": "Python",
            "next_day": TODAY,
            "overdue_from": TODAY,
        }
        RoadmapStanding.objects.create(roadmap=roadmap, **(fields | standing))
    return Consent.objects.create(
        organisation=college,
        student=owner,
        roadmap=roadmap,
        advisor=advisor,
        review=review,
        given_at=timezone.now(),
    )


def found(ada: Membership, query: str = "", today: date = TODAY) -> list[str]:
    """The first names of those whom a query finds, in its order."""
    consents = roster.found(ada.organisation, ada, QueryDict(query), today)
    return [consent.student.first_name for consent in consents]


def address(college: Organisation, view: str = "organisation", *args) -> str:
    return reverse(f"planner:{view}", args=[college.code, *args])


def text(response) -> str:
    return str(response.content.decode())


class TestWhoIsInIt:
    def test_only_those_whose_consent_is_in_force(self, ada, college):
        student(college, "Amina Okafor")
        gone = student(college, "Bo Li")
        Consent.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now())
        asleep = student(college, "Cid Ray")
        User.objects.filter(pk=asleep.student_id).update(is_active=False)
        student(Organisation.objects.create(name="Another"), "Dee Poe")
        assert found(ada) == ["Amina"]

    def test_a_consent_that_is_withdrawn_is_gone_from_the_next_page(
        self, advisor, college
    ):
        consent = student(college, "Amina Okafor")
        assert "Amina" in text(advisor.get(address(college)))
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())
        page = text(advisor.get(address(college)))
        assert "Amina" not in page
        assert "No student lets you see a plan yet" in page

    def test_to_others_there_is_no_such_organisation(self, client, college, ada):
        student(college, "Amina Okafor")
        elsewhere = member(Organisation.objects.create(name="Another"), "eve")
        former = member(college, "fay")
        Membership.objects.filter(pk=former.pk).update(left_at=timezone.now())
        lead = member(college, "lea", Role.LEAD)
        view = SavedView.objects.create(membership=ada, name="All", query="q=a")
        addresses = [
            address(college),
            address(college, "cohort"),
            address(college, "saved-views"),
            address(college, "roster-ticked"),
            address(college, "saved-view-delete", view.pk),
        ]
        for person in (elsewhere, former):
            client.force_login(person.user)
            for there in addresses:
                assert client.get(there).status_code in (404, 405)
                assert client.post(there).status_code in (404, 405)
        client.force_login(lead.user)
        for there in addresses[2:]:
            assert client.post(there).status_code == 404
        assert SavedView.objects.filter(pk=view.pk).exists()

    def test_a_lead_who_is_no_advisor_is_led_to_the_members(self, client, college):
        lead = member(college, "lea", Role.LEAD)
        client.force_login(lead.user)
        response = client.get(address(college))
        assert response["Location"] == address(college, "members")

    def test_those_on_the_page_are_noted_once_a_day_and_no_others(
        self, advisor, ada, college
    ):
        student(college, "Amina Okafor")
        student(college, "Bo Li")
        for _time in range(2):
            advisor.get(address(college), {"q": "amina"})
        [entry] = AuditEntry.objects.all()
        assert entry.student.first_name == "Amina"
        assert entry.action == AuditEntry.Action.LISTED
        assert entry.actor == ada.user


class TestHowTheyStand:
    @pytest.mark.parametrize(
        ("standing", "status"),
        [
            ({"overdue_from": TODAY - timedelta(days=7)}, Status.LATE),
            ({"overdue_from": TODAY - timedelta(days=6)}, Status.ON_TIME),
            ({"next_day": TODAY + timedelta(days=1)}, Status.WAITING),
            (
                {"next_day": TODAY + timedelta(days=1), "is_under_way": True},
                Status.ON_TIME,
            ),
            (
                {"next_step": "", "next_day": None, "overdue_from": None},
                Status.DONE,
            ),
            ({"has_roadmap": False}, Status.NONE),
        ],
    )
    def test_the_status_is_what_the_agenda_of_the_day_says(
        self, ada, college, standing, status
    ):
        student(college, "Amina Okafor", **standing)
        [consent] = roster.all_of(college, TODAY)
        assert getattr(consent, "status") == status  # noqa: B009
        assert found(ada, f"status={status.value}") == ["Amina"]

    def test_a_real_roadmap_that_was_left_alone_becomes_late(self, ada, college):
        publish()
        owner = User.objects.create_user("amina", "a@example.org", first_name="Amina")
        answers = {
            "career": "machine-learning-engineer",
            "start": timezone.localdate().isoformat(),
        }
        kept = keeping.keep(
            owner,
            published(),
            read_background(answers, published().catalogue),
            name="My way",
            now=timezone.now(),
        )
        Consent.objects.create(
            organisation=college, student=owner, roadmap=kept, given_at=timezone.now()
        )
        start = kept.standing.next_day
        assert start is not None
        assert found(ada, "status=late", start + timedelta(days=7)) == ["Amina"]
        assert found(ada, "status=on-time", start) == ["Amina"]
        assert found(ada, "status=waiting", start - timedelta(days=1)) == ["Amina"]

    def test_lateness_is_told_in_weeks_and_not_by_colour_alone(self, advisor, college):
        weeks = timezone.localdate() - timedelta(weeks=3)
        student(college, "Amina Okafor", overdue_from=weeks)
        assert "Late by 3 weeks" in text(advisor.get(address(college)))


class TestLooking:
    @pytest.fixture
    def many(self, ada, college):
        student(
            college,
            "Amina Okafor",
            career="web-developer",
            career_title="Web developer",
            overdue_from=TODAY - timedelta(weeks=5),
            review="submitted",
            advisor=ada.user,
        )
        student(college, "Björn Ångström", next_day=TODAY + timedelta(weeks=3))
        student(
            college,
            "Cid Ray",
            overdue_from=TODAY - timedelta(weeks=9),
            review="approved",
        )
        student(college, "Dee Poe", has_roadmap=False)

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("q=okafor", ["Amina"]),
            ("q=AMINA", ["Amina"]),
            ("q=amina+developer", ["Amina"]),
            ("q=amina+scientist", []),
            ("q=cid@example", ["Cid"]),
            ("q=ÅNGSTRÖM", ["Björn"]),
            ("status=late", ["Cid", "Amina"]),
            ("status=none", ["Dee"]),
            ("review=submitted", ["Amina"]),
            ("career=web-developer", ["Amina"]),
            ("advisor=me", ["Amina"]),
            ("advisor=nobody&sort=name", ["Björn", "Dee", "Cid"]),
            ("within=2&sort=name", ["Amina", "Cid"]),
            ("within=3&status=waiting", ["Björn"]),
            ("status=late&review=approved", ["Cid"]),
        ],
    )
    def test_each_filter_finds_those_it_names(self, ada, many, query, names):
        if "sort" in query:
            assert sorted(found(ada, query)) == sorted(names)
        else:
            assert found(ada, query) == names

    @pytest.mark.parametrize(
        ("sort", "first"),
        [
            ("", "Cid"),  # the one who is late by most
            ("name", "Björn" if "å" < "o" else "Amina"),
            ("career", "Björn"),
            ("-career", "Amina"),
            ("review", "Amina"),
            ("-review", "Cid"),
            ("advisor", "Amina"),
            ("-next", "Björn"),
        ],
    )
    def test_it_is_sorted_by_any_column(self, ada, many, sort, first):
        assert found(ada, f"sort={sort}")[0] == first

    def test_who_has_no_roadmap_comes_last_both_ways(self, ada, many):
        for column in ("next", "career", "arrival", "changed"):
            assert found(ada, f"sort={column}")[-1] == "Dee"
            assert found(ada, f"sort=-{column}")[-1] == "Dee"

    def test_those_who_have_a_step_to_do_in_a_term_are_found(self, ada, college):
        for name, start, finished in [
            ("Amina Okafor", date(2028, 6, 5), None),
            ("Bo Li", date(2027, 6, 7), None),
            ("Cid Ray", date(2028, 6, 5), date(2027, 1, 1)),
        ]:
            consent = student(college, name)
            StandingStep.objects.create(
                standing=RoadmapStanding.objects.get(roadmap=consent.roadmap_id),
                step="milestone:internship",
                title="Internship",
                kind="milestone",
                nature="internship",
                start=start,
                finish=start + timedelta(weeks=10),
                first_finish=start + timedelta(weeks=10),
                finished=finished,
            )
        assert found(ada, "step=internship&term=2028-summer") == ["Amina"]
        assert found(ada, "step=milestone:internship&sort=name") == ["Bo", "Amina"]
        assert found(ada, "step=degree") == []

    def test_what_means_nothing_is_left_out_and_said(self, advisor, college, many):
        response = advisor.get(
            address(college),
            {"status": "tired", "within": "-3", "sort": "shoe", "page": "x"},
        )
        assert response.status_code == 200
        assert len(response.context["rows"]) == 4
        assert "Not understood, and left out" in text(response)
        assert "How it stands" in response.context["not_understood"]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(
            st.tuples(
                st.sampled_from([*roster.NAMES, "page", "x"]),
                st.text(max_size=40) | st.integers().map(str),
            ),
            max_size=6,
        )
    )
    def test_no_query_is_an_error(self, advisor, college, many, words):
        query = QueryDict(mutable=True)
        for name, value in words:
            query.appendlist(name, value)
        for view in ("organisation", "cohort"):
            response = advisor.get(f"{address(college, view)}?{query.urlencode()}")
            assert response.status_code == 200


class TestThePage:
    def test_each_student_leads_to_the_plan(self, advisor, college):
        consent = student(college, "Amina Okafor")
        assert f'href="{address(college, "student", consent.code)}"' in text(
            advisor.get(address(college))
        )

    def test_a_head_turns_the_order_round_and_keeps_the_filter(self, advisor, college):
        student(college, "Amina Okafor")
        page = text(advisor.get(address(college), {"q": "amina", "sort": "name"}))
        assert 'aria-sort="ascending"><a href="?q=amina&amp;sort=-name"' in page
        assert 'href="?q=amina&amp;sort=career"' in page

    def test_columns_are_chosen_in_the_address(self, advisor, college):
        student(college, "Amina Okafor")
        response = advisor.get(address(college), {"c": ["review", "status", "no"]})
        titles = [str(head["title"]) for head in response.context["heads"]]
        assert titles == ["Student", "How it stands", "Review"]
        usual = {"c": ["status", "career", "next", "changed", "review", "advisor"]}
        assert not advisor.get(address(college), usual).context["asked"]

    def test_pages_of_fifty_keep_the_query(self, advisor, ada, college):
        _many(ada, 51)
        response = advisor.get(address(college), {"sort": "name"})
        assert len(response.context["rows"]) == 50
        assert 'href="?sort=name&amp;page=2"' in text(response)
        response = advisor.get(address(college), {"sort": "name", "page": "2"})
        assert len(response.context["rows"]) == 1
        last = advisor.get(address(college), {"page": "99"})
        assert last.context["shown"].number == 2

    @pytest.mark.parametrize("number", [1, 10, 200])
    def test_any_number_of_students_takes_seven_queries(
        self, advisor, ada, college, number, django_assert_num_queries
    ):
        _many(ada, number)
        SavedView.objects.create(membership=ada, name="Mine", query="advisor=me")
        for asked in ({}, {"q": "student", "sort": "-next"}):
            # Session, person, membership, counts, page, audit, advisors and views.
            with django_assert_num_queries(7):
                response = advisor.get(address(college), asked)
            assert response.context["rows"]

    def test_a_file_is_ordered_of_what_was_found(self, advisor, college):
        student(college, "Amina Okafor")
        page = text(advisor.get(address(college), {"q": "amina", "status": ""}))
        assert f'href="{address(college, "export-order")}?q=amina"' in page


class TestTicking:
    def send(self, advisor, college, *consents, **data):
        return advisor.post(
            address(college, "roster-ticked"),
            {"s": [one if isinstance(one, str) else one.code for one in consents]}
            | {"query": "q=a&page=3", **data},
        )

    def test_a_file_of_those_ticked_is_ordered_and_of_no_others(self, advisor, college):
        mine = student(college, "Amina Okafor")
        other = student(Organisation.objects.create(name="Another"), "Dee Poe")
        response = self.send(
            advisor, college, mine, other, str(uuid4()), "x", do="file"
        )
        assert response.status_code == 303
        there = address(college, "export-order")
        assert response["Location"] == f"{there}?s={mine.code}"

    def test_an_advisor_takes_those_ticked_and_gives_them_back(
        self, advisor, ada, college
    ):
        mine = student(college, "Amina Okafor")
        other = student(Organisation.objects.create(name="Another"), "Dee Poe")
        response = self.send(advisor, college, mine, other, do="mine")
        assert response["Location"] == f"{address(college)}?q=a"
        mine.refresh_from_db()
        other.refresh_from_db()
        assert (mine.advisor, other.advisor) == (ada.user, None)
        self.send(advisor, college, mine, do="nobody")
        mine.refresh_from_db()
        assert mine.advisor is None

    @pytest.mark.parametrize("do", ["file", "mine", "nobody"])
    def test_nothing_ticked_is_said(self, advisor, college, do):
        response = self.send(advisor, college, do=do)
        page = advisor.get(response["Location"])
        assert "Tick the students first" in text(page)


class TestViews:
    def keep(self, advisor, college, name: str, query: str = "status=late&page=2"):
        return advisor.post(
            address(college, "saved-views"), {"name": name, "query": query}
        )

    def test_a_view_is_kept_and_stands_as_a_link(self, advisor, ada, college):
        student(college, "Amina Okafor")
        response = self.keep(advisor, college, "Late ones")
        assert response.status_code == 303
        assert response["Location"] == f"{address(college)}?status=late"
        page = advisor.get(response["Location"])
        assert re.search(r'\?status=late" aria-current="true">\s*Late ones', text(page))

    def test_a_name_is_there_once_for_each_advisor(self, advisor, ada, college):
        self.keep(advisor, college, "Late ones")
        response = self.keep(advisor, college, "Late ones", "q=x")
        assert response.status_code == 422
        assert "There is a view “Late ones” already" in text(response)
        assert 'value="q=x"' in text(response)
        SavedView.objects.create(
            membership=member(college, "bob"), name="Hers", query="q=y"
        )
        assert self.keep(advisor, college, "Hers").status_code == 303

    def test_there_are_at_most_thirty(self, advisor, ada, college):
        SavedView.objects.bulk_create(
            SavedView(membership=ada, name=str(n), query="q=x") for n in range(30)
        )
        response = self.keep(advisor, college, "One more")
        assert response.status_code == 422
        assert ada.saved_views.count() == 30

    def test_an_overlong_query_is_not_kept(self, advisor, ada, college):
        response = self.keep(advisor, college, "Long", f"q={'é' * 900}")
        assert response.status_code == 422
        assert not ada.saved_views.exists()

    def test_a_view_is_deleted_by_its_owner_only(self, advisor, ada, college):
        hers = SavedView.objects.create(
            membership=member(college, "bob"), name="Hers", query="q=y"
        )
        mine = SavedView.objects.create(membership=ada, name="Mine", query="q=y")
        for view, status in ((hers, 404), (mine, 303)):
            there = address(college, "saved-view-delete", view.pk)
            assert advisor.post(there).status_code == status
        assert [*SavedView.objects.all()] == [hers]


class TestTerms:
    @pytest.mark.parametrize(
        ("day", "term"),
        [
            (date(2028, 1, 1), "2028-spring"),
            (date(2028, 5, 31), "2028-spring"),
            (date(2028, 6, 1), "2028-summer"),
            (date(2028, 9, 1), "2028-autumn"),
            (date(2028, 12, 31), "2028-autumn"),
        ],
    )
    def test_every_day_is_in_one_term(self, day, term):
        assert str(Term.of(day)) == term
        found = Term.read(term)
        assert found is not None
        assert found.first <= day < found.next.first


def _many(ada: Membership, number: int) -> None:
    """Add students whose roadmaps stand like a real one."""
    publish()
    now = timezone.now()
    owner = User.objects.create_user("the first")
    answers = {"career": "machine-learning-engineer", "start": "2027-03-01"}
    kept = keeping.keep(
        owner,
        published(),
        read_background(answers, published().catalogue),
        name="My way",
        now=now,
    )
    many_students(ada, [kept], number, now)
