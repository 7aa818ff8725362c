"""Who changed which row, when and why: every row keeps what it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

if TYPE_CHECKING:
    from planner.models.people import User

# What no list asks for; an index for each of them would double what a row costs.
NOT_SEARCHED = [
    "article",
    "code",
    "cost_source",
    "figure",
    "key",
    "search",
    "slug",
    "source",
    "today",
]


@dataclass(slots=True)
class Edit:
    """What one person does at once; in the history its rows stand together."""

    user: User | None = None
    why: str = ""
    at: datetime = field(default_factory=timezone.now)


_edit: ContextVar[Edit | None] = ContextVar("edit", default=None)


@contextmanager
def editing(*, user: User | None = None, why: str = "") -> Iterator[Edit]:
    """Let everything saved within be one edit of this person, for this reason."""
    edit = Edit(user=user, why=why)
    token = _edit.set(edit)
    try:
        yield edit
    finally:
        _edit.reset(token)


def current_edit() -> Edit | None:
    """Return the edit that is going on; each request is one, its user the editor."""
    edit = _edit.get()
    request = getattr(HistoricalRecords.context, "request", None)
    if edit is not None or request is None:
        return edit
    if not hasattr(request, "edit"):
        user = request.user if request.user.is_authenticated else None
        request.edit = Edit(user=user)
    found: Edit = request.edit
    return found


class History(HistoricalRecords):  # type: ignore[misc]
    """Keeps each state of a row, as a part of the edit that is going on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"no_db_index": NOT_SEARCHED, **options})

    def create_historical_record(
        self, instance: Any, history_type: str, using: str | None = None
    ) -> None:
        if (edit := current_edit()) is not None:
            instance._history_date = edit.at
        try:
            super().create_historical_record(instance, history_type, using)
        finally:
            instance.__dict__.pop("_history_date", None)

    def get_history_user(self, instance: Any) -> User | None:
        edit = current_edit()
        return None if edit is None else edit.user

    def get_change_reason_for_object(
        self, instance: Any, history_type: str, using: str | None
    ) -> str:
        edit = current_edit()
        return "" if edit is None else edit.why


def bulk_create(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Store new rows with their history, in two queries however many they are."""
    edit = current_edit() or Edit()
    bulk_create_with_history(
        rows,
        model,
        default_user=edit.user,
        default_change_reason=edit.why,
        default_date=edit.at,
    )


def bulk_update(
    model: type[models.Model], rows: Sequence[Any], fields: Iterable[str]
) -> None:
    """Store some fields of many rows with their history, in a few queries a hundred."""
    edit = current_edit() or Edit()
    bulk_update_with_history(
        rows,
        model,
        sorted(fields),
        batch_size=100,
        default_user=edit.user,
        default_change_reason=edit.why,
        default_date=edit.at,
    )
