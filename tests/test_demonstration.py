"""The demonstration: a college that looks like one, made once and deleted whole."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from planner import demonstration, roster
from planner.models import (
    ApprovedOverride,
    AuditEntry,
    Comment,
    Consent,
    Membership,
    Organisation,
    Roadmap,
    RoadmapChange,
    User,
)
from planner.queries import published
from tests.web.world import publish

pytestmark = pytest.mark.django_db

STUDENTS = 60
NOW = datetime(2027, 3, 10, 15, tzinfo=UTC)


def make(students: int, seed: int = 1) -> str:
    told = StringIO()
    call_command(
        "make_demonstration",
        students=students,
        seed=seed,
        stdout=told,
        stderr=StringIO(),
    )
    return told.getvalue()


def test_it_has_students_of_every_kind():
    publish()
    demonstration.make(
        published(), students=STUDENTS, seed=1, now=NOW, say=lambda made: None
    )
    college = Organisation.objects.get(code=demonstration.CODE)
    member = Membership.objects.advisors().filter(organisation=college)[0]
    today = timezone.localdate(NOW)
    found = roster.found(college, member, QueryDict(), today)
    statuses = Counter(getattr(one, "status") for one in found)  # noqa: B009
    assert set(statuses) == set(roster.Status.values)
    assert statuses["on-time"] > statuses["none"]
    assert {one.review for one in found} == set(Consent.Review.values)
    assert {one.advisor_id is None for one in found} == {True, False}
    withdrawn = Consent.objects.exclude(withdrawn_at=None).count()
    assert withdrawn
    assert found.count() + withdrawn == STUDENTS
    careers = {one.roadmap.standing.career for one in found if one.roadmap}
    assert len(careers) == 3  # all that the small catalogue has
    assert Comment.objects.exclude(resolved_at=None).exists()
    assert ApprovedOverride.objects.exists()
    changes = RoadmapChange.objects.order_by("made_at")
    assert (today - timezone.localdate(changes[0].made_at)).days > 365
    assert timezone.localdate(changes.reverse()[0].made_at) <= today


def test_nobody_gets_a_mail_and_no_student_can_sign_in():
    publish()
    make(10)
    assert not mail.outbox
    students = User.objects.filter(consents__isnull=False)
    assert not any(student.has_usable_password() for student in students)
    assert all(user.email.endswith("@example.org") for user in User.objects.all())


def test_advisors_and_the_lead_sign_in_with_what_is_printed():
    publish()
    told = make(3)
    accounts = re.findall(r"^ +(advisor|lead) .* (\S+@\S+) +(\S+)$", told, re.M)
    assert [role for role, *_rest in accounts] == ["advisor"] * 3 + ["lead"]
    for role, email, password in accounts:
        client = Client()
        client.post("/account/login/", {"login": email, "password": password})
        response = client.get(Organisation.objects.get().get_absolute_url())
        assert response.status_code == (200 if role == "advisor" else 302)


def test_the_same_seed_makes_the_same_students():
    publish()

    def told() -> list[tuple[object, ...]]:
        return [
            (
                one.student.email,
                one.review,
                one.roadmap and one.roadmap.standing.arrival,
                one.roadmap and one.roadmap.revision,
            )
            for one in Consent.objects.order_by("pk")
        ]

    make(8)
    first = told()
    demonstration.delete()
    make(8)
    assert told() == first
    demonstration.delete()
    make(8, seed=2)
    assert told() != first


def test_it_is_made_once():
    publish()
    make(2)
    with pytest.raises(CommandError, match="--delete"):
        make(2)
    assert Organisation.objects.count() == 1


def test_without_a_catalogue_it_says_what_to_do():
    with pytest.raises(CommandError, match="load_catalogue"):
        make(2)
    assert not User.objects.exists()


def test_deleting_takes_what_it_made_and_nothing_else():
    publish()
    mine = User.objects.create_user("mine", "mine@example.org", "pw")
    Roadmap.objects.create(owner=mine, name="My way", changed_at=timezone.now())
    other = Organisation.objects.create(name="Another")
    make(6)
    college = Organisation.objects.get(code=demonstration.CODE)
    Consent.objects.create(organisation=college, student=mine, given_at=timezone.now())
    call_command("make_demonstration", delete=True, stdout=StringIO())
    assert [*User.objects.all()] == [mine]
    assert [*Organisation.objects.all()] == [other]
    assert Roadmap.objects.count() == 1
    assert not AuditEntry.objects.exists()
