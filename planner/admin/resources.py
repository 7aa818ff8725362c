"""Rows as lines of a spreadsheet, by natural keys, with each change told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult

from planner.documents.differences import FieldChange
from planner.models import Alternative, Degree, Requirement, Role, User
from planner.models.catalogue import KEPT_ALONG
from planner.models.history import bulk_create, bulk_update, editing
from planner.needs import hold_needs, read_needs, refuse_circles
from planner.spreadsheets import Refused, Sheet

YES = {"yes", "true", "1"}
NO = {"no", "false", "0"}
NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?")
MAKE_CIRCLES = {Alternative, Degree, Requirement, Role}
Versions = Mapping[str, int]  # of rows, by their keys


# What a person sees


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPreview:
    """A row of the file, and each cell in which the catalogue says something else."""

    line: int
    name: str
    is_new: bool
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import did, or would do; with problems it did nothing at all."""

    rows: tuple[RowPreview, ...]
    unchanged: int
    problems: tuple[str, ...]
    versions: Versions

    @property
    def added(self) -> int:
        return sum(row.is_new for row in self.rows)

    @property
    def changed(self) -> int:
        return len(self.rows) - self.added


# In and out


def columns_of(model: Any) -> list[str]:
    """Return the names of the columns of a model, those of its key first."""
    return list(resource_for(model).fields)


def export_rows(model: Any, queryset: Any) -> tuple[list[str], list[list[Any]]]:
    """Return the columns of a model, and its rows as cells."""
    resource = resource_for(model)()
    links = [f.name for f in model._meta.concrete_fields if f.remote_field is not None]
    many = [field.name for field in model._meta.many_to_many]
    rows = queryset.select_related(*links).prefetch_related(*many).order_by("pk")
    written = [
        [
            field.widget.cell(getattr(row, name))
            for name, field in resource.fields.items()
        ]
        for row in rows
    ]
    return list(resource.fields), written


def preview(model: Any, sheet: Sheet) -> Outcome:
    """Return what importing a sheet would do; nothing is changed."""
    return _run(model, sheet, seen=None)


def store(
    model: Any, sheet: Sheet, *, seen: Versions, user: User | None, why: str
) -> Outcome:
    """Import a sheet as it was previewed: all of it, or nothing.

    A row that was saved or added by somebody else since is a problem.
    """
    with editing(user=user, why=why):
        return _run(model, sheet, seen=seen)


def _run(model: Any, sheet: Sheet, *, seen: Versions | None) -> Outcome:
    resource = resource_for(model)()
    resource.seen = seen
    resource.check_columns(sheet)
    data = tablib.Dataset(
        *(cells for _line, cells in sheet.rows), headers=list(sheet.columns)
    )
    with transaction.atomic():
        result = resource.import_data(
            data,
            dry_run=seen is None,
            use_transactions=True,
            rollback_on_validation_errors=True,
        )
    lines = [line for line, _cells in sheet.rows]
    problems = [_plainly(error.error) for error in result.base_errors]
    rows = []
    for line, row in zip(lines, result.rows, strict=True):
        problems += _problems_of(line, row)
        if row.import_type in {RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE}:
            is_new = row.import_type == RowResult.IMPORT_TYPE_NEW
            changes = tuple(row.changes)
            rows.append(
                RowPreview(line=line, name=row.name, is_new=is_new, changes=changes)
            )
    return Outcome(
        rows=tuple(rows),
        unchanged=sum(r.import_type == RowResult.IMPORT_TYPE_SKIP for r in result.rows),
        problems=tuple(problems),
        versions=resource.versions,
    )


def _plainly(error: Any) -> str:
    return (
        " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    )


def _problems_of(line: int, row: Any) -> list[str]:
    if row.errors:
        words = _("Line %(line)s: %(message)s")
        return [words % {"line": line, "message": e.error} for e in row.errors]
    if row.validation_error is None:
        return []
    return [
        (
            _("Line %(line)s, column %(column)s: %(message)s")
            % {
                "line": line,
                "column": column,
                "message": message,
            }
        )
        if column != NON_FIELD_ERRORS
        else _("Line %(line)s: %(message)s") % {"line": line, "message": message}
        for column, messages in row.validation_error.message_dict.items()
        for message in messages
    ]


# Cells


class Cell(widgets.Widget):
    """A value of a row as text, and back; a wrong one is refused in plain words."""

    def __init__(self, field: Any) -> None:
        widgets.Widget.__init__(self)  # not the next in line: one is more than a Cell
        self.field = field
        self.related: dict[str, Any] | None = None  # by key, once one is asked for
        self.keys: dict[Any, str] = {}

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        text = str(value)
        field = self.field
        if isinstance(field, models.BooleanField):
            return self._yes_or_no(text)
        if field.choices:
            return self._one_of(text.strip())
        if isinstance(field, models.SlugField):
            return text.strip()
        if isinstance(field, (models.CharField, models.TextField)):
            return text
        if not text.strip():
            if field.null:
                return None
            raise ValueError(_("Fill this in."))
        if field.remote_field is not None:
            return self.find(text.strip())
        return self._number(text.strip())

    def cell(self, value: Any) -> Any:
        """Return a value as it stands in a file: a number, or text."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, (int, Decimal)):
            return Decimal(f"{Decimal(value).normalize():f}")
        if isinstance(value, models.Model):
            [key] = value.natural_key()  # type: ignore[attr-defined]
            return key
        return str(value)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return str(self.cell(value))

    def find(self, key: str) -> Any:
        model = self.field.related_model
        if self.related is None:
            self.related = {row.natural_key()[0]: row for row in model.objects.all()}
            self.keys = {row.pk: key for key, row in self.related.items()}
        if key not in self.related:
            raise ValueError(
                _("There is no %(kind)s “%(key)s”. Mend the name, or add it first.")
                % {"kind": model._meta.verbose_name, "key": key[:80]}
            )
        return self.related[key]

    def stored(self, row: Any) -> str:
        """Return the value of a row as it stands in a file, asking for no other row."""
        if self.field.remote_field is None or self.field.many_to_many:
            return self.render(getattr(row, self.field.name))
        pk = getattr(row, self.field.attname)
        if pk is None or pk in self.keys:
            return self.keys.get(pk, "")
        return self.render(getattr(row, self.field.name))

    def _yes_or_no(self, text: str) -> bool:
        word = text.strip().lower()
        if word in YES | NO:
            return word in YES
        raise ValueError(_("Write yes or no, not “%s”.") % text[:80])

    def _one_of(self, text: str) -> str:
        names = [str(name) for name, _label in self.field.choices if name]
        if text in names or (self.field.blank and not text):
            return text
        raise ValueError(_("Write one of these: %s.") % ", ".join(names))

    def _number(self, text: str) -> Any:
        if not NUMBER.fullmatch(text):
            raise ValueError(_("“%s” is no number, such as 1200 or 0.5.") % text[:80])
        if isinstance(self.field, models.DecimalField):
            return Decimal(text)
        if Decimal(text) != int(Decimal(text)):
            raise ValueError(_("“%s” is no whole number.") % text[:80])
        return int(Decimal(text))


class Cells(Cell, widgets.ManyToManyWidget):
    """Several names in one cell, with blanks between them."""

    def __init__(self, field: Any) -> None:
        Cell.__init__(self, field)

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> list[Any]:
        return [self.find(key) for key in dict.fromkeys(str(value).split())]

    def cell(self, value: Any) -> str:
        rows = value if isinstance(value, list) else value.all()
        return " ".join(sorted(row.natural_key()[0] for row in rows))


# Rows


class _Silent:
    """In place of the differences of import-export, which draw each letter."""

    def __init__(self, *_args: Any) -> None:
        pass

    def compare_with(self, *_args: Any) -> None:
        pass


class _Loader(BaseInstanceLoader):
    """Finds rows by natural key, all read in one query."""

    def __init__(self, resource: Any, dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        model = resource._meta.model
        parents = {name.split("__")[0] for name in model.key_fields if "__" in name}
        rows = model.objects.select_related(*parents)
        makes_circles = model in MAKE_CIRCLES
        if makes_circles or resource.seen is not None:
            rows = rows.select_for_update(of=("self",))
        self.rows = {"\n".join(row.natural_key()): row for row in rows}
        if (
            makes_circles
        ):  # after the rows, as a form does: else each waits for the other
            hold_needs()
        for row in self.rows.values():
            row._state.fields_cache.clear()  # import-export copies each row deeply

    def get_instance(self, row: Mapping[str, str]) -> Any:
        names = self.resource.get_import_id_fields()
        return self.rows.get("\n".join(row[name].strip() for name in names))


class CatalogueResource(resources.ModelResource):
    """What all models of the catalogue share."""

    seen: Versions | None = None  # what a preview saw; None while previewing

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[str, int] = {}
        self.added: list[Any] = []
        self.changed: list[Any] = []
        self.touched = {"version"}  # the fields that differ in any changed row
        self.named: list[tuple[Any, str, list[Any]]] = []  # many-to-many, to be set

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        instance_loader_class = _Loader

    @classmethod
    def get_diff_class(cls) -> Any:
        return _Silent

    def check_columns(self, sheet: Sheet) -> None:
        """Refuse columns that nobody knows, and a row that is there twice."""
        known = list(self.fields)
        if unknown := [name for name in sheet.columns if name not in known]:
            raise Refused(
                _("There is no column %(names)s. The columns are: %(known)s.")
                % {"names": ", ".join(unknown)[:300], "known": ", ".join(known)}
            )
        keys = self.get_import_id_fields()
        if missing := [name for name in keys if name not in sheet.columns]:
            raise Refused(
                _("The column %s is missing: it says which row is meant.")
                % ", ".join(missing)
            )
        places = [sheet.columns.index(name) for name in keys]
        lines: dict[tuple[str, ...], int] = {}
        for line, cells in sheet.rows:
            key = tuple(cells[place].strip() for place in places)
            if key in lines:
                raise Refused(
                    _("Line %(line)s is about the same row as line %(first)s.")
                    % {"line": line, "first": lines[key]}
                )
            lines[key] = line

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Store the rows together; a preview does so only to look for circles."""
        model = self._meta.model
        makes_circles = model in MAKE_CIRCLES
        if result.has_validation_errors() or result.has_errors():
            return
        if self.seen is None and not makes_circles:
            return
        bulk_create(model, self.added)
        bulk_update(model, self.changed, self.touched)
        for instance, name, others in self.named:
            getattr(instance, name).set(others)
        if makes_circles:
            refuse_circles(read_needs())

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        errors = {}
        for name, field in self.fields.items():
            if name not in row:
                continue
            try:
                value = field.widget.clean(row[name])
            except ValueError as error:
                errors[name] = ValidationError(str(error), code="invalid")
                continue
            if name == "counts_as":
                instance.chosen_counts_as = value
            elif not isinstance(field.widget, Cells):
                setattr(instance, name, value)
        if errors:
            raise ValidationError(errors)

    def skip_row(
        self,
        instance: Any,
        original: Any,
        row: Any,
        import_validation_errors: Any = None,
    ) -> bool:
        """Leave a row alone that says what is there already; else note what differs."""
        if import_validation_errors:
            return False
        key = "\n".join(instance.natural_key())
        self.versions[key] = 0 if original.pk is None else original.version
        self.changes = self._differences(instance, original, row)
        if not self.changes and original.pk is not None:
            return True
        if self.seen is not None and self.seen.get(key, 0) != self.versions[key]:
            words = _(
                "Somebody else changed this row after the preview. Look at what would "
                "change now, and import again."
            )
            raise ValidationError({NON_FIELD_ERRORS: words})
        return False

    def _differences(self, instance: Any, original: Any, row: Any) -> list[FieldChange]:
        changes = []
        for name, field in self.fields.items():
            if name not in row:
                continue
            old: Any = ""
            if isinstance(field.widget, Cells):
                value = field.widget.clean(row[name])
                new = field.widget.render(value)
            else:
                new = field.widget.stored(instance)
            if original.pk is not None:
                old = field.widget.stored(original)
            if old != new:
                changes.append(FieldChange(name, old, new))
        return changes

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, **_kwargs: Any
    ) -> None:
        """Check a row by itself: what it names, and that it is unique, is known."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        known = {
            field.name
            for field in instance._meta.concrete_fields
            if field.remote_field and (field.null or getattr(instance, field.attname))
        }
        checks = [
            lambda: instance.clean_fields(exclude=known | set(errors)),
            instance.clean,
            lambda: instance.validate_constraints(exclude=set(errors)),
        ]
        for check in checks:
            try:
                check()
            except ValidationError as error:
                errors.update(error.update_error_dict({}))
        if errors:
            raise ValidationError(errors)

    def save_instance(
        self, instance: Any, is_create: bool, row: Any, **kwargs: Any
    ) -> None:
        if is_create:
            self.added.append(instance)
        else:
            instance.version += 1
            self.changed.append(instance)
            self.touched |= {
                change.label
                for change in self.changes
                if not isinstance(self.fields[change.label].widget, Cells)
            }
        for name, field in self.fields.items():
            if name in row and isinstance(field.widget, Cells):
                self.named.append((instance, name, field.widget.clean(row[name])))

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Leave it for the end, when new rows have their ids."""

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        row_result.changes = self.changes
        row_result.name = " · ".join(
            row[n].strip() for n in self.get_import_id_fields()
        )


@cache
def resource_for(model: Any) -> type[CatalogueResource]:
    """Return the resource of a model: a column for each field, by its own name."""
    columns: dict[str, Any] = {}
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        if field.name in {"id", *KEPT_ALONG}:
            continue
        widget = Cells if field.many_to_many else Cell
        columns[field.name] = fields.Field(
            attribute=field.name, column_name=field.name, widget=widget(field)
        )
    keys = [name.removesuffix("__slug") for name in model.key_fields]
    order = [*keys, *(name for name in columns if name not in keys)]
    meta = type(
        "Meta",
        (CatalogueResource.Meta,),
        {"model": model, "fields": order, "import_id_fields": keys},
    )
    attributes = {name: columns[name] for name in order} | {"Meta": meta}
    return type(f"{model.__name__}Resource", (CatalogueResource,), attributes)


def as_text(sheet: Sheet) -> list[Any]:
    """Return a sheet as plain lists, to be kept in a form between two pages."""
    return [list(sheet.columns), [[line, list(cells)] for line, cells in sheet.rows]]


def from_text(kept: Sequence[Any]) -> Sheet:
    columns, rows = kept
    return Sheet(
        columns=tuple(columns),
        rows=tuple((line, tuple(cells)) for line, cells in rows),
    )
