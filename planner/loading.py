"""Rows of files, or of a document, become rows of the catalogue: all or none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import (
    FieldDoesNotExist,
    ObjectDoesNotExist,
    ValidationError,
)
from django.db import Error as DatabaseError
from django.db import models, transaction
from django.utils.translation import gettext as _

from planner.models import MODELS, Degree, FieldOfStudy, Release, Source
from planner.models.catalogue import KEPT_ALONG, Thing
from planner.models.history import bulk_create


class CatalogueProblems(Exception):
    """The catalogue cannot be published, or loaded; each problem is a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What loading did, in rows."""

    added: int
    changed: int
    removed: int
    unchanged: int


Model = type[models.Model]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as a file has it, and where it stands."""

    where: str
    fields: dict[str, Any]


def entries_in(paths: Sequence[Path]) -> dict[Model, list[Entry]]:
    """Return the rows of all files by their model, each in the order of the files."""
    labels: dict[str, Model] = {model._meta.label_lower: model for model in MODELS}
    found: dict[Model, list[Entry]] = {model: [] for model in MODELS}
    problems: list[str] = []
    for path in sorted(paths, key=lambda path: path.name):
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:  # the message tells line and column
            problems.append(f"{path.name}: {error}")
            continue
        for number, row in enumerate(rows, start=1):
            where = f"{path.name}, row {number}"
            model = labels.get(str(row.get("model", "")).lower())
            if model is None:
                problems.append(
                    f"{where}: {row.get('model')!r} is no part of the catalogue."
                )
            else:
                found[model].append(Entry(where, row["fields"]))
    if problems:
        raise CatalogueProblems(problems)
    return found


def make_rows(entries: Mapping[Model, Sequence[Entry]]) -> Loaded:
    """Make the catalogue what the entries say, within the transaction that runs."""
    loading = Loading()
    loading.take(entries)
    removed = 0
    for model in reversed(MODELS):
        stale = set(model._default_manager.values_list("pk", flat=True))
        stale -= {row.pk for row in loading.rows[model].values()}
        if model is Source:
            # Public data that was read goes on naming where it came from.
            stale -= set(Release.objects.values_list("source_id", flat=True))
        removed += len(stale)
        gone = sorted(stale)
        for start in range(0, len(gone), 500):  # SQLite takes no list of any length
            some = gone[start : start + 500]
            model._default_manager.filter(pk__in=some).delete()
    total = sum(len(rows) for rows in loading.rows.values())
    added, changed = len(loading.added), len(loading.changed)
    return Loaded(
        added=added,
        changed=changed,
        removed=removed,
        unchanged=total - added - changed,
    )


class Loading:
    """The rows stored so far, by natural key, and what is wrong with the others.

    Django's own loader asks the database for every key in every row, which takes
    most of a minute for the fields of study alone.
    """

    def __init__(self, *, among_others: bool = False) -> None:
        # Rows that are stored already may be named, though no file has them.
        self.among_others = among_others
        self.rows: dict[Model, dict[Key, Any]] = {}
        self.many: dict[Model, dict[Key, dict[str, Any]]] = {}
        self.seen: set[tuple[Model, Key]] = set()
        self.added: set[tuple[Model, Key]] = set()
        self.changed: set[tuple[Model, Key]] = set()
        self.failed: set[tuple[Model, Key]] = set()
        self.problems: list[str] = []

    def take(self, entries: Mapping[Model, Sequence[Entry]]) -> None:
        """Store all rows, and what they are tied to; raises CatalogueProblems."""
        for model in MODELS:
            self.store(model, entries.get(model, ()))
        for model in MODELS:  # later: a career may be related to one further down
            for field in model._meta.many_to_many:
                self.link(model, field.name)
        if self.problems:
            raise CatalogueProblems(self.problems)

    def store(self, model: Any, entries: Sequence[Entry]) -> None:
        """Store the rows of one model; those that it names are stored already."""
        parents = {name.split("__")[0] for name in model.key_fields if "__" in name}
        before = {
            row.natural_key(): row
            for row in model._default_manager.select_related(*parents)
        }
        self.rows[model] = dict(before) if self.among_others else {}
        self.many[model] = {}
        new: list[tuple[str, Any]] = []
        for entry in entries:
            try:
                row = self._read(model, entry.fields)
            except _NamesWhatFailed:
                # One sentence for each mistake, and none for all that follows.
                names = model.key_fields
                self.failed.add((model, tuple(str(entry.fields.get(n)) for n in names)))
                continue
            except ValidationError as error:
                names = model.key_fields
                self.failed.add((model, tuple(str(entry.fields.get(n)) for n in names)))
                self._refuse(entry.where, error)
                continue
            key = row.natural_key()
            if (model, key) in self.seen:
                self._refuse(
                    entry.where, ValidationError(_("This row is there twice."))
                )
                continue
            self.seen.add((model, key))
            was = before.get(key)
            self.rows[model][key] = row
            if was is not None:
                row.pk = was.pk
                row.version = was.version
                if isinstance(row, Thing):
                    row.generated_as = was.generated_as
                row._state.adding = False
            if was is None or values_of(was) != values_of(row):
                try:
                    _check(row)
                    if was is None:
                        new.append((entry.where, row))
                        self.added.add((model, key))
                    else:
                        row.version += 1
                        row.validate_constraints()
                        row.save()
                        self.changed.add((model, key))
                except ValidationError as error:
                    self.failed.add((model, key))
                    self._refuse(entry.where, error)
        self._create(model, new)

    def link(self, model: Any, name: str) -> None:
        """Make the many-to-many rows of a model those that the files name."""
        field = model._meta.get_field(name)
        through = field.remote_field.through
        own, other = field.m2m_column_name(), field.m2m_reverse_name()
        linked: dict[int, set[int]] = {}
        for pk, other_pk in through._default_manager.values_list(own, other):
            linked.setdefault(pk, set()).add(other_pk)
        for key, row in self.rows[model].items():
            if (model, key) in self.failed or key not in self.many[model]:
                continue
            try:
                wanted = [
                    self._find(field.related_model, one).pk
                    for one in self.many[model][key].get(name, [])
                ]
            except _NamesWhatFailed:
                continue
            except ValidationError as error:
                self._refuse(f"{model._meta.verbose_name} {row}", error)
                continue
            if set(wanted) == linked.get(row.pk, set()):
                continue
            if not {(model, key)} & (self.added | self.changed):
                self.changed.add((model, key))
                row.version += 1
                model._default_manager.filter(pk=row.pk).update(version=row.version)
            getattr(row, name).set(wanted)

    def _read(self, model: Any, fields: Mapping[str, Any]) -> Any:
        row = model()
        many: dict[str, Any] = {}
        for name, value in fields.items():
            try:
                field = model._meta.get_field(name)
            except FieldDoesNotExist as error:
                raise ValidationError(
                    _("There is no field %(name)s."), params={"name": name}
                ) from error
            if name == "version":
                continue  # counts the edits in this database, not in another
            if field.many_to_many:
                many[name] = value
            elif field.remote_field is not None:
                other = (
                    None if value is None else self._find(field.related_model, value)
                )
                setattr(row, name, other)
            else:
                setattr(row, name, field.to_python(value))
        key = self._key_of(model, row)
        self.many[model][key] = many
        if isinstance(row, Degree):
            row.chosen_counts_as = [
                self._find(FieldOfStudy, one) for one in many.get("counts_as", [])
            ]
        return row

    def _key_of(self, model: Any, row: Any) -> Key:
        try:
            return cast(Key, row.natural_key())
        except ObjectDoesNotExist as error:
            raise ValidationError(
                _("The row does not say what it belongs to.")
            ) from error

    def _find(self, model: Any, key: Any) -> Any:
        """Return the row with a natural key, which a file writes as a list."""
        wanted = tuple(str(part) for part in key) if isinstance(key, list) else key
        if (model, wanted) in self.failed:
            raise _NamesWhatFailed
        try:
            return self.rows[model][wanted]
        except (KeyError, TypeError) as error:
            raise ValidationError(
                _("There is no %(kind)s %(key)s."),
                params={"kind": model._meta.verbose_name, "key": key},
            ) from error

    def _create(self, model: Any, new: Sequence[tuple[str, Any]]) -> None:
        try:
            with transaction.atomic():
                bulk_create(model, [row for _where, row in new])
        except DatabaseError as error:
            # The database refused one of them: ask each by itself which it is.
            found = len(self.problems)
            for where, row in new:
                self.failed.add((model, row.natural_key()))
                try:
                    row.full_clean(validate_unique=True)
                except ValidationError as refused:
                    self._refuse(where, refused)
            if len(self.problems) == found:
                self.problems.append(f"{model._meta.verbose_name}: {error}")

    def _refuse(self, where: str, error: ValidationError) -> None:
        self.problems += [f"{where}: {message}" for message in error.messages]


class _NamesWhatFailed(Exception):
    """A row names another that could not be stored, and for which that is said."""


def _check(row: models.Model) -> None:
    """Check a row by itself; what it names was looked up already."""
    row.clean_fields(
        exclude={f.name for f in row._meta.concrete_fields if f.remote_field}
    )
    row.clean()


def values_of(row: models.Model) -> dict[str, Any]:
    # A fixture may say "0.9" where the database says 0.90: both become numbers.
    return {
        field.attname: field.to_python(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in KEPT_ALONG
    }
