"""Everything that is kept of a person can be taken along, and deleted."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner.leaving import EXEMPT, HISTORY, PARTS, write_archive
from planner.models import (
    CalendarAddress,
    FigureReport,
    ReminderSettings,
    Roadmap,
    SentReminder,
    Share,
    User,
)
from tests.web.test_kept import kept, send
from tests.web.world import publish

pytestmark = pytest.mark.django_db

PASSWORD = "a long password of hers"  # noqa: S105 - of nobody


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


@pytest.fixture
def ruth():
    user = User.objects.create_user("ruth", "ruth@example.org", PASSWORD)
    EmailAddress.objects.create(
        user=user, email="ruth@example.org", verified=True, primary=True
    )
    return user


@pytest.fixture
def student(ruth):
    return signed_in()


def signed_in() -> Client:
    """Somebody signed in, who has given her password once more."""
    client = Client()
    client.post(
        reverse("account_login"), {"login": "ruth@example.org", "password": PASSWORD}
    )
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def everything(student, ruth):
    """One row at least of everything that somebody can leave behind."""
    now = timezone.now()
    roadmap = kept(ruth, "=1+1 مسار")
    send(student, roadmap, "roadmap-step", "skill-python", note="With Ada")
    Share.objects.create(
        roadmap=roadmap, created_at=now, expires_at=now + timedelta(days=1)
    )
    CalendarAddress.objects.create(roadmap=roadmap, created_at=now)
    ReminderSettings.objects.create(user=ruth, steps=True)
    SentReminder.objects.create(user=ruth, key="x", sent_at=now)
    FigureReport.objects.create(page="/", wrong="The pay", email="Ruth@example.org")
    return roadmap


def archive_of(content: bytes) -> tuple[dict[str, Any], dict[str, list[list[str]]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        data = json.loads(archive.read("everything.json"))
        tables = {
            name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
            if name.endswith(".csv")
        }
    return data, tables


def models_that_reach_a_person() -> set[str]:
    """Walk from the accounts to everything that hangs on them."""
    found: set[type[models.Model]] = {User}
    exempt = {*EXEMPT}
    grown = True
    while grown:
        grown = False
        for model in apps.get_models(include_auto_created=True):
            if model in found:
                continue
            for field in model._meta.get_fields():
                to = getattr(field, "related_model", None)
                is_ours = isinstance(field, models.ForeignKey)
                if is_ours and to in found and to._meta.label not in exempt:
                    found.add(model)
                    grown = True
                    break
            else:
                if any(isinstance(f, models.EmailField) for f in model._meta.fields):
                    found.add(model)
                    grown = True
    return {model._meta.label for model in found}


def test_every_model_that_reaches_a_person_is_told_and_deleted_or_exempt():
    known = {part.label for part in PARTS} | set(EXEMPT)
    reached = models_that_reach_a_person()
    history = {
        label for label in reached if label.partition(".")[2].startswith(HISTORY)
    }
    assert reached - history - known == set()
    assert known - reached == set(), "These lead to nobody, or are gone."


def test_the_walk_finds_a_model_that_somebody_forgot(monkeypatch):
    """It is no test if it cannot fail."""
    monkeypatch.setattr(
        "tests.web.test_leaving.PARTS",
        [part for part in PARTS if part.label != "planner.Share"],
    )
    with pytest.raises(AssertionError, match=r"planner\.Share"):
        test_every_model_that_reaches_a_person_is_told_and_deleted_or_exempt()


def test_every_part_is_in_the_archive(everything, ruth):
    file = io.BytesIO()
    write_archive(ruth, file)
    data, tables = archive_of(file.getvalue())
    for part in PARTS:
        if part.rows(ruth).exists():
            assert data["data"][part.label]
            assert len(tables[f"{part.label}.csv"]) == part.rows(ruth).count() + 1
    assert data["data"]["planner.Roadmap"][0]["name"] == "=1+1 مسار"
    assert data["data"]["planner.RoadmapChange"][-1]["notes"] == {
        "skill:python": "With Ada"
    }
    assert data["data"]["planner.FigureReport"][0]["wrong"] == "The pay"
    header, row = tables["planner.Roadmap.csv"]
    assert row[header.index("name")] == "'=1+1 مسار"


def test_nothing_in_it_opens_the_account(everything, ruth, student):
    content = b"".join(student.get(reverse("planner:download")).streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        whole = "".join(archive.read(name).decode() for name in archive.namelist())
    assert ruth.password not in whole
    assert str(student.session.session_key) not in whole


def test_everything_is_deleted_at_once_and_nobody_elses(everything, ruth, student):
    tom = User.objects.create_user("tom", "tom@example.org", "pw")
    theirs = kept(tom)
    elsewhere = signed_in()
    asked = student.get(reverse("planner:delete-account"))
    assert "1 roadmap" in asked.content.decode()
    assert User.objects.filter(pk=ruth.pk).exists()
    key = ruth.pk
    response = student.post(reverse("planner:delete-account"), follow=True)
    assert "Everything is deleted" in response.content.decode()
    for part in PARTS:
        assert not part.model._base_manager.filter(**{part.to_user: key}).exists()
    assert FigureReport.objects.get().email == ""
    assert list(Roadmap.objects.all()) == [theirs]
    for client in (student, elsewhere):
        assert client.get(reverse("planner:roadmaps")).status_code == 302
    assert student.get(reverse("planner:download")).status_code == 302


def test_the_password_is_asked_for_again(ruth):
    client = Client()
    client.force_login(ruth)
    for view in ("download", "delete-account"):
        response = client.get(reverse(f"planner:{view}"))
        assert response["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("planner:delete-account"))
    assert User.objects.filter(pk=ruth.pk).exists()


def test_who_is_not_signed_in_can_do_neither(client):
    for view in ("download", "delete-account"):
        assert client.get(reverse(f"planner:{view}")).status_code == 302
        assert client.post(reverse(f"planner:{view}")).status_code in (302, 405)
