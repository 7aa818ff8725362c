"""What happened to the rows, as a timeline; and putting one back as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.models import HistoricalRecords

from planner.documents.differences import FieldChange
from planner.models import (
    MODELS,
    AlternateTitle,
    Alternative,
    Claim,
    Degree,
    FieldOfStudy,
    Figure,
    Milestone,
    Mode,
    Occupation,
    Point,
    Requirement,
    Role,
    Skill,
    Teaching,
    User,
)
from planner.models.catalogue import KEPT_ALONG
from planner.models.history import editing
from planner.needs import hold_needs, read_needs, refuse_circles

Model = type[models.Model]

# What is edited on the page of what, and the foreign key that leads there.
OWNED: Mapping[Model, Sequence[tuple[Model, str]]] = {
    Degree: [(Mode, "degree"), (Requirement, "degree"), (Teaching, "degree")],
    Role: [
        (Requirement, "role"),
        (Teaching, "role"),
        (Occupation, "role"),
        (AlternateTitle, "role"),
        (Point, "role"),
        (Figure, "role"),
        (Claim, "role"),
    ],
    Skill: [(Mode, "skill"), (Requirement, "skill")],
    Milestone: [
        (Mode, "milestone"),
        (Requirement, "milestone"),
        (Teaching, "milestone"),
    ],
    Requirement: [(Alternative, "requirement")],
}
UNTOLD = {"id", *KEPT_ALONG}  # fields in which no reader sees an edit


# Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEdit:
    """What an edit did to one row."""

    kind: str
    name: str
    what: str  # "added", "changed" or "deleted"
    changes: tuple[FieldChange, ...]
    model_name: str
    put_back: int | None  # the record to which the row can be put back from here


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTold:
    """What one person did at once."""

    at: datetime
    who: str
    why: str
    rows: tuple[RowEdit, ...]


def timeline_of(model: Model, pk: int) -> list[EditTold]:
    """Return all that happened to a row and to what is edited on its page.

    The newest edit comes first. It works for rows that were deleted as well.
    """
    states = [
        state
        for relative, ids in _family(model, pk).items()
        for state in _states(relative, ids)
    ]
    words = _Words(states)
    edits: dict[tuple[datetime, int | None, str], list[_State]] = {}
    for state in states:
        edits.setdefault(state.edit, []).append(state)
    told = []
    for (at, _user, why), of_edit in edits.items():
        rows = [row for state in of_edit if (row := words.row_edit(state))]
        if rows:
            who = _who(of_edit[0].record)
            told.append(EditTold(at=at, who=who, why=why, rows=tuple(rows)))
    return sorted(told, key=lambda edit: edit.at, reverse=True)


def changes_if_put_back(record: Any) -> list[FieldChange]:
    """Return what would change in a row if it were put back to this record."""
    model = record.instance_type
    was = _State(model, record, None, _many_of(model, [record]), is_last=False)
    current = _current(record)
    if current is None:
        return _Words([was]).differences(None, was)
    many = {
        field.name: frozenset(getattr(current, field.name).values_list("pk", flat=True))
        for field in model._meta.many_to_many
    }
    now = _State(model, current, None, {None: many}, is_last=True)
    return _Words([was, now]).differences(now, was)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A row that is not there any more."""

    name: str
    pk: int
    at: datetime
    who: str
    why: str


def deleted_rows(model: Model, most: int = 500) -> list[Deleted]:
    """Return the rows of a model that were deleted and not put back, newest first."""
    history: Any = model.history  # type: ignore[attr-defined]
    there = model._default_manager.values("pk")
    records = history.filter(history_type="-").exclude(id__in=there)
    latest: dict[int, Any] = {}
    for record in records.select_related("history_user").order_by("-history_id"):
        latest.setdefault(record.id, record)
        if len(latest) == most:
            break
    states = [
        _State(model, record, None, {}, is_last=True) for record in latest.values()
    ]
    words = _Words(states)
    return [
        Deleted(
            name=words.name(state),
            pk=state.record.id,
            at=state.record.history_date,
            who=_who(state.record),
            why=state.record.history_change_reason or "",
        )
        for state in states
    ]


def value_in_words(row: models.Model, name: str) -> str:
    """Return a value of a row as its page would show it."""
    if hasattr(row, f"get_{name}_display"):
        value = getattr(row, f"get_{name}_display")()
    else:
        value = getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        value = f"{value:f}"
    return _("empty") if value in (None, "") else f"“{value}”"


def _who(record: Any) -> str:
    return str(record.history_user or _("the site itself"))


Many = Mapping[str, frozenset[int]]


class _State:
    """A row as an edit left it, and as the edit before had left it."""

    def __init__(
        self,
        model: Model,
        record: Any,
        before: _State | None,
        many: Mapping[Any, Many],
        *,
        is_last: bool,
        is_new: bool = False,
    ) -> None:
        self.model = model
        self.record = record
        self.before = before
        self.many = many.get(getattr(record, "history_id", None), {})
        self.is_last = is_last
        self.is_new = is_new

    @property
    def edit(self) -> tuple[datetime, int | None, str]:
        record = self.record
        why = record.history_change_reason or ""
        return record.history_date, record.history_user_id, why

    @property
    def row(self) -> Any:
        """The row itself, as a record of it or as it is."""
        return getattr(self.record, "instance", self.record)


def _family(model: Model, pk: int) -> dict[Model, list[int]]:
    """Return a row, and all that was ever edited on its page, by their models."""
    family = {model: [pk]}
    todo = [model]
    for owner in todo:  # it grows while it is read
        for child, name in OWNED.get(owner, ()):
            history: Any = child.history  # type: ignore[attr-defined]
            found = history.filter(**{f"{name}_id__in": family[owner]})
            if ids := sorted(set(found.values_list("id", flat=True))):
                family[child] = ids
                todo.append(child)
    return family


def _states(model: Model, ids: Iterable[int]) -> list[_State]:
    """Return the rows of a model as each edit left them, the oldest first."""
    history: Any = model.history  # type: ignore[attr-defined]
    records = list(
        history.filter(id__in=ids)
        .select_related("history_user")
        .order_by("id", "history_id")
    )
    many = _many_of(model, records)
    states = []
    for _pk, own in groupby(records, key=lambda record: record.id):
        before: _State | None = None
        edits = [
            list(records)
            for _edit, records in groupby(
                own,
                key=lambda record: (
                    record.history_date,
                    record.history_user_id,
                    record.history_change_reason or "",
                ),
            )
        ]
        for number, of_edit in enumerate(edits, start=1):
            # One edit may save a row more than once: only how it ends is told.
            state = _State(
                model,
                of_edit[-1],
                before,
                many,
                is_last=number == len(edits),
                is_new=of_edit[0].history_type == "+",
            )
            states.append(state)
            before = state
    return states


def _many_of(
    model: Any, records: Sequence[Any]
) -> dict[int, dict[str, frozenset[int]]]:
    """Return what the many-to-many fields of records named, by their ids."""
    found: dict[int, dict[str, frozenset[int]]] = {}
    for field in model._meta.many_to_many:
        links: dict[int, set[int]] = {record.history_id: set() for record in records}
        past = HistoricalRecords.m2m_models[field]
        other = f"{field.m2m_reverse_field_name()}_id"
        rows = past.objects.filter(history_id__in=list(links))
        for record_id, pk in rows.values_list("history_id", other):
            links[record_id].add(pk)
        for record_id, pks in links.items():
            found.setdefault(record_id, {})[field.name] = frozenset(pks)
    return found


class _Words:
    """Words for rows of the past, and for what they named, deleted or not."""

    def __init__(self, states: Sequence[_State]) -> None:
        wanted: dict[Any, set[int]] = {}
        for state in states:
            for field in _named_by(state.model):
                if (pk := getattr(state.record, field.attname)) is not None:
                    wanted.setdefault(field.related_model, set()).add(pk)
            for name, pks in state.many.items():
                other = state.model._meta.get_field(name).related_model
                wanted.setdefault(other, set()).update(pks)
        self.found: dict[tuple[Any, int], Any] = {}
        self.gone: set[tuple[Any, int]] = set()
        for model, ids in wanted.items():
            rows = model._default_manager.in_bulk(ids)
            self.found |= {(model, pk): row for pk, row in rows.items()}
            missing = ids - set(rows)
            for record in model.history.filter(id__in=missing).order_by("history_id"):
                self.found[model, record.id] = record.instance
            self.gone |= {(model, pk) for pk in missing}

    def row_edit(self, state: _State) -> RowEdit | None:
        """Tell what an edit did to a row; None if it only saved it as it was."""
        before = state.before
        was_there = before is not None and before.record.history_type != "-"
        put_back: int | None = None if state.is_last else state.record.history_id
        changes: list[FieldChange] = []
        if state.record.history_type == "-":
            if before is None or not was_there:
                return None
            what = "deleted"
            put_back = before.record.history_id if state.is_last else None
        elif was_there or not state.is_new:
            what = "changed"
            changes = self.differences(before, state)
            if not changes:
                return None
        else:
            what = "added"
            changes = self.differences(None, state)
        return RowEdit(
            kind=str(state.model._meta.verbose_name),
            name=self.name(state),
            what=what,
            changes=tuple(changes),
            model_name=str(state.model._meta.model_name),
            put_back=put_back,
        )

    def differences(self, old: _State | None, new: _State) -> list[FieldChange]:
        """Return the fields in which two states of a row differ."""
        changes = []
        for field in new.model._meta.concrete_fields:
            if field.name in UNTOLD:
                continue
            value = getattr(new.record, field.attname)
            before = None if old is None else getattr(old.record, field.attname)
            if value != before and not (old is None and value in (None, "")):
                was = "" if old is None else self._value(old, field)
                label = capfirst(str(field.verbose_name))
                changes.append(FieldChange(label, was, self._value(new, field)))
        for name, pks in new.many.items():
            were = frozenset[int]() if old is None else old.many.get(name, frozenset())
            if pks != were:
                many: Any = new.model._meta.get_field(name)
                was = "" if old is None else self._many(many, were)
                label = capfirst(str(many.verbose_name))
                changes.append(FieldChange(label, was, self._many(many, pks)))
        return changes

    def name(self, state: _State) -> str:
        """Return a row's own words, without asking the database once more."""
        row = state.row
        for field in _named_by(state.model):
            pk = getattr(row, field.attname)
            if (other := self.found.get((field.related_model, pk))) is not None:
                row._state.fields_cache[field.name] = other
        return str(row)

    def _value(self, state: _State, field: Any) -> str:
        if field.remote_field is None:
            return value_in_words(state.row, field.name)
        pk = getattr(state.record, field.attname)
        return _("empty") if pk is None else f"“{self._other(field.related_model, pk)}”"

    def _many(self, field: Any, pks: Iterable[int]) -> str:
        names = sorted(self._other(field.related_model, pk) for pk in pks)
        return "; ".join(names) or _("empty")

    def _other(self, model: Any, pk: int) -> str:
        if (model, pk) not in self.found:
            return _("something that is deleted")
        words = str(self.found[model, pk])
        if (model, pk) in self.gone:
            return _("%(row)s, which is deleted") % {"row": words}
        return words


def _named_by(model: Model) -> Iterator[Any]:
    """Yield the foreign keys of a model."""
    for field in model._meta.concrete_fields:
        if field.remote_field is not None:
            yield field


# Putting back


def record_of(owner: Model, pk: int, model_name: str, record_id: int) -> Any:
    """Return a record of a row that is or was edited on the page of another.

    None if there is no such record there, or if it tells of a deletion.
    """
    for relative, ids in _family(owner, pk).items():
        if relative._meta.model_name == model_name:
            history: Any = relative.history  # type: ignore[attr-defined]
            records = history.filter(history_id=record_id, id__in=ids)
            return records.exclude(history_type="-").first()
    return None


def version_now(record: Any) -> int:
    """Return the version of the row that a record tells of; 0 if it is deleted."""
    current = _current(record)
    return 0 if current is None else int(current.version)


def _current(record: Any) -> Any:
    return record.instance_type._default_manager.filter(pk=record.id).first()


@transaction.atomic
def put_back(record: Any, *, seen: int, user: User | None, why: str = "") -> int:
    """Put a row back to how a record tells it was; return how many rows that took.

    What went with a deleted row comes back with it. Raises ValidationError if
    somebody saved the row after its version `seen`, if a check refuses it, or if
    it would make a circle.
    """
    with editing(user=user, why=why):
        total = _put_back(record, seen)
        refuse_circles(read_needs())
    return total


def _put_back(record: Any, seen: int) -> int:
    model = record.instance_type
    rows = model._default_manager.select_for_update().filter(pk=record.id)
    current = rows.first()
    hold_needs()  # after the row, as a form does: else each would wait for the other
    if (0 if current is None else current.version) != seen:
        raise ValidationError(
            _("Somebody else saved this after you opened this page. Look again."),
            code="conflict",
        )
    row = record.instance
    row._state.adding = current is None
    newest = model.history.filter(id=record.id).order_by("-history_id").first()
    row.version = (newest.version if current is None else current.version) + 1
    many = _many_of(model, [record]).get(record.history_id, {})
    _refuse_if_names_what_is_gone(row, many)
    if isinstance(row, Degree):
        row.chosen_counts_as = FieldOfStudy.objects.filter(pk__in=many["counts_as"])
    row.full_clean()
    row.save(force_insert=current is None)
    for name, pks in many.items():
        getattr(row, name).set(pks)
    if current is not None:
        return 1
    return 1 + sum(_put_back(before, 0) for before in _went_with(newest))


def _went_with(deletion: Any) -> Iterator[Any]:
    """Yield the last records of what was deleted with a row, from its page."""
    for child, name in OWNED.get(deletion.instance_type, ()):
        history: Any = child.history  # type: ignore[attr-defined]
        gone = history.filter(
            **{f"{name}_id": deletion.id},
            history_type="-",
            history_date=deletion.history_date,
            history_user_id=deletion.history_user_id,
        )
        for record in sorted(gone, key=lambda record: _place(child, record)):
            earlier = history.filter(id=record.id, history_id__lt=record.history_id)
            yield earlier.order_by("-history_id").first()


def _place(model: Model, record: Any) -> tuple[int, int]:
    return list(MODELS).index(model), record.id  # type: ignore[arg-type]


def _refuse_if_names_what_is_gone(row: Any, many: Many) -> None:
    words = _Words([_State(type(row), row, None, {None: many}, is_last=False)])
    if words.gone:
        names = [
            str(words.found.get(key, key[0]._meta.verbose_name)) for key in words.gone
        ]
        raise ValidationError(
            _("It names what is deleted: %(names)s. Put that back first."),
            params={"names": ", ".join(sorted(names))},
        )
