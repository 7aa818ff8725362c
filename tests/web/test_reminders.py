"""Reminders: only what somebody asked for, once each, and one click stops them all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner.models import ReminderSettings, SentReminder, User
from planner.reminding import send_due
from tests.web.test_kept import kept, send, stands, text
from tests.web.world import publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


@pytest.fixture
def ruth():
    return User.objects.create_user("ruth", "ruth@example.org", "pw")


@pytest.fixture
def student(ruth):
    client = Client()
    client.force_login(ruth)
    return client


def run(on=None) -> list[mail.EmailMessage]:
    """Send what is due on a day, and return the mails of that run."""
    before = len(mail.outbox)
    send_due(timezone.now(), on or timezone.localdate())
    return mail.outbox[before:]


def wants(user, **which):
    return ReminderSettings.objects.create(user=user, **which)


def test_nobody_gets_any_who_did_not_ask(ruth):
    kept(ruth)
    wants(ruth)
    assert run() == []


def test_they_are_chosen_on_a_page_and_off_at_first(student, ruth):
    assert "checked" not in text(student.get(reverse("planner:reminders")))
    student.post(reverse("planner:reminders"), {"steps": "on"})
    wanted = ReminderSettings.objects.get(user=ruth)
    assert (wanted.steps, wanted.terms, wanted.monthly) == (True, False, False)


def test_a_step_that_begins_soon_is_told_once(ruth):
    roadmap = kept(ruth)
    wants(ruth, steps=True)
    first = min(stands(roadmap).plan.steps, key=lambda step: step.start)
    [sent] = run(first.start - timedelta(days=10))
    assert f"“{first.title}” begins on" in sent.body
    assert f"/roadmaps/{roadmap.code}/" in sent.body
    assert sent.to == ["ruth@example.org"]
    assert run(first.start - timedelta(days=9)) == []


def test_a_step_that_has_begun_is_not(ruth, student):
    roadmap = kept(ruth)
    wants(ruth, steps=True)
    steps = stands(roadmap).plan.steps
    begins = min(step.start for step in steps)
    for step in steps:
        if step.start <= begins + timedelta(days=14):
            key = step.id.replace(":", "-", 1)
            send(student, roadmap, "roadmap-mark", key, mark="started")
    assert run(begins) == []


def test_a_term_is_told_in_time_to_apply(ruth):
    roadmap = kept(ruth)
    wants(ruth, terms=True)
    degree = next(s for s in stands(roadmap).plan.steps if s.kind == "degree")
    [sent] = run(degree.start - timedelta(days=80))
    assert "Ask the school until when" in sent.body
    assert run(degree.start - timedelta(days=70)) == []


def test_once_a_month_everything_at_a_glance(ruth):
    kept(ruth)
    wants(ruth, monthly=True)
    today = timezone.localdate().replace(day=1)
    assert len(run(today)) == 1
    assert run(today.replace(day=20)) == []
    assert len(run((today + timedelta(days=40)).replace(day=1))) == 1


def test_several_come_in_one_mail(ruth):
    for name in ("One", "Two"):
        kept(ruth, name)
    wants(ruth, steps=True, terms=True, monthly=True)
    [sent] = run()
    assert "One" in sent.body
    assert "Two" in sent.body


def test_what_is_archived_is_silent(ruth, student):
    roadmap = kept(ruth)
    wants(ruth, monthly=True)
    send(student, roadmap, "roadmap-archive")
    assert run() == []


def test_one_click_stops_them_all(ruth, client):
    kept(ruth)
    wants(ruth, monthly=True)
    [sent] = run()
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in sent.body
    path = "/" + address.split("/", 3)[3]
    assert "Stop all reminders?" in text(client.get(path))
    assert ReminderSettings.objects.get().monthly
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    wanted = ReminderSettings.objects.get()
    assert not any([wanted.steps, wanted.terms, wanted.monthly])
    forged = path.rstrip("/")[:-2] + "xx/"
    assert client.post(forged).status_code == 404


def test_a_mail_that_fails_is_sent_the_next_time(ruth, settings, monkeypatch):
    kept(ruth)
    wants(ruth, monthly=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 1
    with pytest.raises((CommandError, OSError)):
        call_command("send_reminders")
    assert not SentReminder.objects.exists()


def test_a_name_in_any_script_stays_as_it_is(ruth):
    kept(ruth, "<b>مسار</b> & 道")
    wants(ruth, monthly=True)
    [sent] = run()
    assert "<b>مسار</b> & 道" in sent.body
