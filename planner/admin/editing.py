"""What all pages of the desk share: nothing is overwritten unseen, nothing is slow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.models import (
    BaseInlineFormSet,
    InlineForeignKeyField,
    construct_instance,
    model_to_dict,
)
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner.admin.exchange import SpreadsheetAdmin
from planner.admin.histories import HistoryAdmin
from planner.history import value_in_words
from planner.models.history import current_edit

VERSION = "version_seen"
WHY = "why"
LONGEST_WHY = 300


class DeskForm(forms.ModelForm):
    """A form that refuses to overwrite what somebody saved since it was opened.

    The page carries the version that it was made from. If the row has moved on,
    the form is refused once: it says what the other saved, keeps what was typed,
    and carries the newer version, so that saving again is a decision.
    """

    version_seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields[VERSION].initial = self.instance.version
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = _(
                "The stable name of this row. Left empty, it is made from the words."
            )

    @property
    def changed_data(self) -> list[str]:
        """Leave out the version and the reason: they are no edits."""
        return [n for n in super().changed_data if n not in {VERSION, WHY}]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # A row of an inline that nobody touched is not saved.
        is_saved = not self._is_inline() or self.has_changed()
        if self.instance.pk is not None and is_saved:
            self._refuse_if_saved_meanwhile()
        if "key" in self.fields and not cleaned.get("key") and not self.errors:
            cleaned["key"] = self._new_key()
        return cleaned

    def _is_inline(self) -> bool:
        return any(isinstance(f, InlineForeignKeyField) for f in self.fields.values())

    def _refuse_if_saved_meanwhile(self) -> None:
        # The admin saves in one transaction; the row stays locked until its end.
        rows = type(self.instance)._default_manager.select_for_update(of=("self",))
        current = rows.filter(pk=self.instance.pk).first()
        if current is None:
            gone = _("Somebody else has deleted this. Copy what you need from here.")
            self.add_error(None, ValidationError(gone, code="conflict"))
            return
        if current.version == self.cleaned_data.get(VERSION):
            self.instance.version = current.version + 1
            return
        self.add_error(None, ValidationError(self._theirs(current), code="conflict"))
        # A copy, because what was sent is read-only and other forms read it too.
        typed: Any = self.data.copy()  # type: ignore[attr-defined]
        typed[self.add_prefix(VERSION)] = str(current.version)
        self.data = typed

    def _theirs(self, current: models.Model) -> list[ValidationError]:
        first = _(
            "Somebody else saved “%(row)s” after you opened this page. What you typed "
            "is still here, and is not saved. Save again to put it in place of theirs."
        ) % {"row": current}
        values = model_to_dict(current)
        lines = [
            _("They saved, as %(label)s: %(value)s")
            % {"label": self[name].label, "value": _shown(current, name)}
            for name, field in self.fields.items()
            if name in values
            and not isinstance(field, InlineForeignKeyField)
            and name != current._meta.pk.name
            and field.has_changed(values[name], self[name].data)
        ]
        return [ValidationError(line, code="conflict") for line in [first, *lines]]

    def _new_key(self) -> str:
        row = construct_instance(self, self.instance)
        stem: str = row.suggest_key()
        others = type(row)._default_manager.exclude(pk=row.pk)
        key, number = stem, 1
        while others.filter(key=key).exists():
            number += 1
            key = f"{stem}-{number}"
        return key

    def _get_validation_exclusions(self) -> set[str]:
        """Leave an owner out who is only now being added, and has no id yet."""
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclude | {
            name
            for name, field in self.fields.items()
            if isinstance(field, InlineForeignKeyField)
            and field.parent_instance.pk is None
        }


def _shown(row: models.Model, name: str) -> str:
    """Return a value of a row as its page would show it."""
    field = row._meta.get_field(name)
    if field.many_to_many:
        return ", ".join(str(other) for other in getattr(row, name).all()) or _("empty")
    return value_in_words(row, name)


class PageForm(DeskForm):
    """The form of a page of its own, which asks why, for the history."""

    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_WHY,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("A sentence for the history; it may stay empty."),
    )


class DeskFormSet(BaseInlineFormSet):
    """Rows below a thing; deleting one that somebody changed is refused as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.form.base_fields.items():
            widget = getattr(field.widget, "widget", None)
            if isinstance(widget, KnownAutocompleteSelect):
                for row in self.get_queryset():
                    if (other := getattr(row, name)) is not None:
                        widget.known[str(other.pk)] = str(other)

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if self._goes(form) and form.has_error(NON_FIELD_ERRORS, "conflict"):
                raise ValidationError(list(form.non_field_errors()))

    def rows_to_be(self) -> list[Any]:
        """Return the rows as they will be once this is saved."""
        return [
            form.instance
            for form in self.forms
            if not self._goes(form)
            and (form.instance.pk is not None or form.has_changed())
        ]

    def _goes(self, form: Any) -> bool:
        """Say whether a row is ticked to be deleted."""
        return self.can_delete and bool(
            self._should_delete_form(form)  # type: ignore[attr-defined]
        )


class KnownAutocompleteSelect(AutocompleteSelect):
    """An autocomplete that is told the words of what is chosen.

    The plain one asks the database in each row of an inline.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, str] = {}  # shared by the copies in all rows

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        chosen = [str(one) for one in value if one not in (None, "")]
        if any(one not in self.known for one in chosen):
            return super().optgroups(name, value, attr)
        options = []
        if not self.is_required:
            options.append(self.create_option(name, "", "", False, 0))
        for one in chosen:
            place = len(options)
            options.append(self.create_option(name, one, self.known[one], True, place))
        return [(None, options, 0)]


class DeskAdmin(SpreadsheetAdmin, HistoryAdmin):
    """A page for a row, and a list that answers what needs attention."""

    form = PageForm
    list_per_page = 50
    save_on_top = True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the version that the page was made from, and the reason."""
        fieldsets = _without_ours(super().get_fieldsets(request, obj))
        if not self._may_save(request, obj):
            return fieldsets
        ours = [WHY] if obj is None else [WHY, VERSION]
        return [*fieldsets, (_("For the history"), {"fields": ours})]

    def _may_save(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        self._say_why(form.cleaned_data.get(WHY, ""))
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._say_why(request.POST.get(WHY, "").replace("\0", "")[:LONGEST_WHY])
        super().delete_model(request, obj)

    def _say_why(self, why: str) -> None:
        if (edit := current_edit()) is not None:
            edit.why = why


def _without_ours(fieldsets: Any) -> list[tuple[Any, dict[str, Any]]]:
    return [
        (
            title,
            {
                **options,
                "fields": [n for n in options["fields"] if n not in (VERSION, WHY)],
            },
        )
        for title, options in fieldsets
    ]


class DeskInline(admin.options.InlineModelAdmin):
    """Rows on their owner's page, in a fixed number of queries."""

    form = DeskForm
    formset = DeskFormSet
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [name for name in super().get_fields(request, obj) if name != VERSION]
        if self.has_change_permission(request, obj):
            fields.append(VERSION)
        return fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.autocomplete_fields)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Four buttons beside each of a hundred fields hide what is there; what
            # is chosen has a page of its own for being changed.
            field.widget.can_change_related = False
            field.widget.can_delete_related = False
            field.widget.can_view_related = False
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownAutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
