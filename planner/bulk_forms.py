"""The form by which an advisor orders a file of many students."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from planner.bulk import MOST
from planner.exports.many import ABOUT, STEPS
from planner.models import BulkExport

USUAL = ("title", "lane", "status", "start", "last_day", "started", "finished")
UNKNOWN = _("There is no such column. Choose from the list.")


class OrderForm(forms.Form):
    """What kind of file, and what stands in it of students and of their steps."""

    kind = forms.ChoiceField(
        label=_("What kind of file?"),
        help_text=_("The columns below are for the workbook and the CSV."),
        choices=BulkExport.Kind.choices,
        initial=BulkExport.Kind.XLSX,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the three kinds."),
            "invalid_choice": _("Choose one of the three kinds."),
        },
    )
    about = forms.MultipleChoiceField(
        label=_("Of each student, beside the name"),
        choices=[(column.name, column.title) for column in ABOUT],
        initial=[column.name for column in ABOUT],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": UNKNOWN, "invalid_list": UNKNOWN},
    )
    steps = forms.MultipleChoiceField(
        label=_("Of each step"),
        help_text=_("With none of them, the file has no steps."),
        choices=[(column.name, column.title) for column in STEPS],
        initial=USUAL,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": UNKNOWN, "invalid_list": UNKNOWN},
    )

    def __init__(self, *args: Any, students: int, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.students = students
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.layout = Layout(
            "kind",
            Field("about", wrapper_class="many"),
            Field("steps", wrapper_class="many"),
            Submit("", _("Order it")),
        )

    @property
    def columns(self) -> list[str]:
        return [*self.cleaned_data["about"], *self.cleaned_data["steps"]]

    @property
    def obstacle(self) -> str:
        """Say why no file can be made of so many students; nothing if one can."""
        if not self.students:
            return gettext("Nobody is chosen. Go back to the students and tick some.")
        if self.students > MOST:
            words = gettext(
                "A file holds at most %(most)s students. Narrow the list down, and "
                "make several."
            )
            return words % {"most": f"{MOST:,}"}
        return ""

    @property
    def lead(self) -> str:
        """Say of how many students the file is."""
        words = ngettext(
            "Of the %(count)s student that you chose.",
            "Of the %(count)s students that you chose.",
            self.students,
        )
        return words % {"count": f"{self.students:,}"}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.obstacle:
            self.add_error(None, self.obstacle)
        return given
