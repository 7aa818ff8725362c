"""Mails that remind people of their roadmaps: those that they asked for, once each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planner import keeping
from planner.engine.background import Mark
from planner.keeping import Standing
from planner.mailing import mail_to
from planner.models import ReminderSettings, Roadmap, SentReminder, User
from planner.pages.agenda import Agenda, agenda
from planner.pages.words import day_words

STEP_AHEAD = timedelta(days=14)
TERM_AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Something to remind somebody of; `key` is the same for as long as it is."""

    key: str
    roadmap: str  # its name
    address: str
    text: str


def due(user: User, wanted: ReminderSettings, today: date) -> list[Reminder]:
    """Return what somebody wants to be reminded of on a day, and was not yet."""
    roadmaps = Roadmap.objects.of(user).in_use().as_they_stand()
    found = [
        reminder
        for roadmap in roadmaps
        for reminder in _of(keeping.standing_of(roadmap), wanted, today)
    ]
    sent = set(
        SentReminder.objects.filter(
            user=user, key__in=[one.key for one in found]
        ).values_list("key", flat=True)
    )
    return [one for one in found if one.key not in sent]


def send_due(now: datetime, today: date) -> tuple[int, int]:
    """Send everybody what is due, in one mail each; return mails sent and failed.

    What was sent is noted before the mail goes out: a mail that may be lost is better
    than one that comes again and again.
    """
    sent = failed = 0
    everybody = ReminderSettings.objects.filter(user__is_active=True).select_related(
        "user"
    )
    with get_connection() as connection:
        for wanted in everybody.iterator():
            address = wanted.user.email
            reminders = due(wanted.user, wanted, today) if address else []
            if not reminders:
                continue
            with transaction.atomic():
                SentReminder.objects.bulk_create(
                    SentReminder(user=wanted.user, key=one.key, sent_at=now)
                    for one in reminders
                )
            mail = _mail(wanted, reminders)
            mail.connection = connection
            try:
                mail.send()
            except OSError:  # smtplib's errors are such
                failed += 1
                SentReminder.objects.filter(
                    user=wanted.user, key__in=[one.key for one in reminders]
                ).delete()
            else:
                sent += 1
    return sent, failed


def _mail(wanted: ReminderSettings, reminders: list[Reminder]) -> EmailMessage:
    names = list(dict.fromkeys(one.roadmap for one in reminders))
    subject = ngettext(
        "Your roadmap: one thing to think of",
        "Your roadmap: %(number)s things to think of",
        len(reminders),
    ) % {"number": len(reminders)}
    return mail_to(
        wanted,
        subject,
        "planner/email/reminder.txt",
        roadmaps=[
            (name, [one for one in reminders if one.roadmap == name]) for name in names
        ],
    )


def _of(
    standing: Standing, wanted: ReminderSettings, today: date
) -> Iterator[Reminder]:
    roadmap = standing.roadmap
    address = settings.SITE_ADDRESS + roadmap.get_absolute_url()

    def reminder(key: str, text: str) -> Reminder:
        key = f"{roadmap.code.hex}:{key}"[:200]
        return Reminder(key=key, roadmap=roadmap.name, address=address, text=text)

    for step in standing.plan.steps:
        mark = standing.marks.get(step.id, Mark())
        if mark.has_begun or step.because.kind == "in-progress":
            continue
        words = {"step": step.title, "day": day_words(step.start)}
        ahead = step.start - today
        if wanted.steps and timedelta(0) <= ahead <= STEP_AHEAD:
            text = _("“%(step)s” begins on %(day)s.") % words
            yield reminder(f"step:{step.id}:{step.start}", text)
        if wanted.terms and step.kind == "degree" and STEP_AHEAD < ahead <= TERM_AHEAD:
            text = _(
                "“%(step)s” begins with the term of %(day)s. Ask the school until when "
                "one has to apply or enrol."
            )
            yield reminder(f"term:{step.id}:{step.start}", text % words)
    if wanted.monthly:
        todo = agenda(standing.plan, standing.marks, standing.catalogue, today)
        if not todo.is_all_done:
            yield reminder(f"month:{today:%Y-%m}", _month_in_words(todo))


def _month_in_words(todo: Agenda) -> str:
    parts = [
        (_("Late: %(steps)s."), todo.late),
        (_("Now: %(steps)s."), todo.now),
        (_("Next: %(steps)s."), todo.soon or ((todo.later,) if todo.later else ())),
    ]
    said = [
        words % {"steps": ", ".join(task.title for task in tasks)}
        for words, tasks in parts
        if tasks
    ]
    return " ".join([_("This month."), *said])
