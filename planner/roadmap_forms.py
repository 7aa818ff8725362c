"""The small forms of a kept roadmap: its name, what became of a step, what is added."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Row, Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from planner.documents.background import (
    LONGEST_REASON,
    LONGEST_TITLE,
    MOST_OWN_HOURS,
    MOST_OWN_WEEKS,
)
from planner.engine.background import Mark, OwnMilestone
from planner.models.roadmaps import LONGEST_NAME

LONGEST_NOTE = 10_000
DAY = {"invalid": _("Write the day as year, month and day: 2027-08-15.")}


class Day(forms.DateField):
    """A day, as year, month and day."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages=DAY,
        )


class NameForm(forms.Form):
    """What a roadmap is called; `revision` is the one that the page was made on."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        error_messages={
            "required": _("Give the roadmap a name, such as “My way”."),
            "max_length": _("Give at most %(limit_value)s characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, button: Any, action: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.layout = Layout("revision", "name", Submit("", button))


class StepForm(forms.Form):
    """What became of a step: when it really began and ended, and a note to it."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)
    started = Day(_("Started on"))
    finished = Day(_("Done on"))
    expected = Day(
        _("Will be done by"),
        _("If it is under way and takes another time than planned."),
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_(
            "For yourself: it is in your exports, and in no link that you share."
        ),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("Give at most %(limit_value)s characters.")},
    )

    def __init__(self, *args: Any, today: date, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.layout = Layout(
            "revision",
            Row("started", "finished"),
            "expected",
            "note",
            Submit("", _("Save")),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        started, finished = given.get("started"), given.get("finished")
        expected = given.get("expected")
        for name, day in (("started", started), ("finished", finished)):
            if day is not None and day > self.today:
                words = {"day": day.isoformat()}
                self.add_error(
                    name,
                    gettext("%(day)s is yet to come. Give a day up to today.") % words,
                )
            if day is not None and day.year < self.today.year - 60:
                self.add_error(name, gettext("That is too long ago. Mend the year."))
        if started and finished and finished < started:
            self.add_error(
                "finished", gettext("It cannot be done before it was started.")
            )
        if expected is not None:
            if finished is not None:
                message = gettext("It is done, so leave this empty.")
                self.add_error("expected", message)
            elif started is None and "started" not in self.errors:
                message = gettext(
                    "Say when it was started, or leave “will be done” empty."
                )
                self.add_error("started", message)
            elif expected <= self.today:
                message = gettext("Give a day to come, or say when it was done.")
                self.add_error("expected", message)
            elif expected.year > self.today.year + 15:
                message = gettext("That is more than 15 years ahead. Mend the year.")
                self.add_error("expected", message)
        return given

    @property
    def mark(self) -> Mark:
        given = self.cleaned_data
        return Mark(
            started=given["started"],
            finished=given["finished"],
            expected=given["expected"],
        )


class SetForm(forms.Form):
    """A date of one's own for a step, or the reason why it is not needed."""

    nb = Day(_("Not before"))
    ex = Day(_("Exactly in the week of"))
    no = forms.CharField(
        label=_("I don’t need this, because"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Give at most %(limit_value)s characters.")},
    )

    def __init__(self, *args: Any, step: str, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.step = step
        self.helper = FormHelper(self)
        self.helper.form_method = "get"
        self.helper.form_action = action
        self.helper.layout = Layout(
            Row("nb", "ex"), "no", Submit("set", _("See what that moves"))
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("nb") and given.get("ex"):
            self.add_error(
                "ex", gettext("Give one of the two days, and leave the other empty.")
            )
        for name in ("nb", "ex"):
            day = given.get(name)
            if day is not None and not 2000 <= day.year <= 2100:
                self.add_error(name, gettext("Give a day from 2000 to 2100."))
        return given


class OwnForm(forms.Form):
    """A milestone of one's own."""

    title = forms.CharField(
        label=_("What is it?"),
        help_text=_("Such as: learn German, move to Berlin, care for a child."),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Say in a few words what it is."),
            "max_length": _("Give at most %(limit_value)s characters."),
        },
    )
    takes = forms.FloatField(
        label=_("How long does it take?"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": _("Say how long it takes, such as 4."),
            "invalid": _("Write a number, such as 4."),
        },
    )
    unit = forms.ChoiceField(
        label=_("Counted in"),
        choices=[
            ("weeks", _("Weeks, beside everything else")),
            ("hours", _("Hours of my free time")),
        ],
        initial="weeks",
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose weeks or hours."),
            "invalid_choice": _("Choose weeks or hours."),
        },
    )
    needs = forms.MultipleChoiceField(
        label=_("What has to be done before it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("It cannot wait for that. Choose from the list.")
        },
    )

    def __init__(
        self, *args: Any, choices: Iterable[tuple[str, str]], action: str, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        needs: Any = self.fields["needs"]
        needs.choices = list(choices)
        self.helper = FormHelper(self)
        self.helper.form_method = "get"
        self.helper.form_action = action
        parts: list[Any] = ["title", "takes", "unit"]
        if needs.choices:
            parts.append(Field("needs"))
        self.helper.layout = Layout(*parts, Submit("own", _("See what that moves")))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        takes, unit = given.get("takes"), given.get("unit")
        most = MOST_OWN_HOURS if unit == "hours" else MOST_OWN_WEEKS
        if takes is not None and not 0 < takes <= most:
            self.add_error(
                "takes",
                gettext("Give a number above 0 and up to %(most)s.")
                % {"most": f"{most:,}"},
            )
        return given

    def milestone(self, slug: str) -> OwnMilestone:
        given = self.cleaned_data
        return OwnMilestone(
            slug=slug,
            title=given["title"],
            needs=tuple(given["needs"]),
            **{given["unit"]: given["takes"]},
        )
