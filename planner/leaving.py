"""What the site keeps of a person: all of it to take along, and all of it to delete.

Every model that reaches a person stands in PARTS or, with the reason, in EXEMPT; a test
walks through all models and fails for one that stands in neither.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from planner import bulk
from planner.models import Consent, FigureReport, Invitation, User

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a model that are one person's: how they lead there, and what is told.

    `secret` fields are left out of the download: they would open the account to
    whoever finds the file. All rows go when the account is deleted.
    """

    label: str
    to_user: str  # the lookup from a row to the person
    secret: tuple[str, ...] = ()
    # Another lookup: what the person wrote into rows of others. It is told as well,
    # and stays with the others when the person leaves, without the name.
    by_user: str = ""

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def rows(self, user: User) -> models.QuerySet[models.Model]:
        mine = models.Q(**{self.to_user: user.pk})
        if self.by_user:
            mine |= models.Q(**{self.by_user: user.pk})
        return self.model._base_manager.filter(mine).order_by("pk")

    def told(self, user: User) -> Iterator[dict[str, Any]]:
        """Yield each row as its fields by name."""
        fields = [
            field
            for field in self.model._meta.concrete_fields
            if field.name not in self.secret
        ]
        for row in self.rows(user).iterator(chunk_size=100):
            yield {field.name: field.value_from_object(row) for field in fields}


PARTS = [
    Part("planner.User", "pk", secret=("password",)),
    Part("account.EmailAddress", "user"),
    Part("mfa.Authenticator", "user", secret=("data",)),
    Part("socialaccount.SocialAccount", "user"),
    Part(
        "socialaccount.SocialToken", "account__user", secret=("token", "token_secret")
    ),
    Part("usersessions.UserSession", "user", secret=("session_key", "data")),
    Part("planner.Roadmap", "owner"),
    Part("planner.KeptPlan", "roadmap__owner"),
    Part("planner.RoadmapChange", "roadmap__owner"),
    Part("planner.Share", "roadmap__owner"),
    Part("planner.CalendarAddress", "roadmap__owner"),
    Part("planner.ReminderSettings", "user"),
    Part("planner.SentReminder", "user"),
    Part("planner.Membership", "user"),
    Part("planner.SavedView", "membership__user"),
    Part("planner.Consent", "student", by_user="advisor"),
    Part("planner.Comment", "consent__student", by_user="author"),
    Part("planner.AdvisorNote", "consent__student", by_user="author"),
    Part("planner.ApprovedOverride", "consent__student", by_user="approved_by"),
    Part("planner.RoadmapStanding", "roadmap__owner"),
    Part("planner.StandingStep", "standing__roadmap__owner"),
    Part("planner.AuditEntry", "student", by_user="actor"),
    Part("planner.BulkExport", "ordered_by", secret=("body",)),
    Part(
        "planner.BulkExportItem",
        "consent__student",
        secret=("pdf", "calendar", "rows"),
    ),
    Part("admin.LogEntry", "user"),
]
EDITOR = (
    "Who edited the public catalogue; the name goes with the account, the edit stays."
)
EXEMPT = {
    "account.EmailConfirmation": "Addresses are confirmed by codes, so it stays empty.",
    "planner.User_groups": "What an editor may do; it goes with the account.",
    "planner.User_user_permissions": "What an editor may do; it goes with the account.",
    "planner.CatalogueVersion": EDITOR,
    "planner.Comment_mentioned": "Who is named in a remark; it goes with the remark.",
    "planner.Invitation": "Told by its e-mail address, and deleted: see below.",
    "planner.FigureReport": "Told by its e-mail address, and emptied of it: see below.",
}
HISTORY = "Historical"  # models of django-simple-history: exempt as EDITOR says


def write_archive(user: User, file: IO[bytes]) -> None:
    """Write everything that is kept of a person as a ZIP: one JSON, and a CSV a model.

    Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    everything: dict[str, list[Any]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for label, rows in _everything(user):
            everything[label] = rows
            if rows:
                archive.writestr(f"{label}.csv", _csv(rows))
        about = {"person": user.pk, "made_at": timezone.now(), "data": everything}
        text = json.dumps(about, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("everything.json", text + "\n")


@transaction.atomic
def delete_everything(user: User) -> None:
    """Delete an account with everything that is kept of the person, at once."""
    for key in UserSession.objects.filter(user=user).values_list("session_key"):
        SessionStore(session_key=key[0]).delete()
    for address in addresses_of(user):
        FigureReport.objects.filter(email__iexact=address).update(email="")
        Invitation.objects.filter(email__iexact=address).delete()
    for consent in Consent.objects.of(user):
        bulk.leave_out(consent)  # of what others have of it, all goes too
    user.delete()


def addresses_of(user: User) -> set[str]:
    """Return the e-mail addresses that are proven to be this person's."""
    proven = EmailAddress.objects.filter(user=user, verified=True)
    return set(proven.values_list("email", flat=True))


def _everything(user: User) -> Iterator[tuple[str, list[Any]]]:
    for part in PARTS:
        yield part.label, list(part.told(user))
    yield "planner.FigureReport", _by_address(FigureReport, user, "handled_by", "note")
    yield "planner.Invitation", _by_address(Invitation, user, "code")


def _by_address(
    model: type[models.Model], user: User, *secret: str
) -> list[dict[str, Any]]:
    """Return the rows that name one of somebody's addresses."""
    return [
        {
            field.name: field.value_from_object(row)
            for field in model._meta.concrete_fields
            if field.name not in secret
        }
        for address in sorted(addresses_of(user))
        for row in model._base_manager.filter(email__iexact=address)
    ]


def _csv(rows: list[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return "\ufeff" + text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
