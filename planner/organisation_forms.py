"""The forms of organisations: what they are, whom they invite, what students choose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from planner import addresses
from planner.addresses import Line
from planner.models import Invitation, Organisation, Roadmap
from planner.spreadsheets import Refused

MOST_LINES = 2_000
LARGEST_FILE = 2_000_000  # bytes
LONGEST_TEXT = 600_000  # characters: 2,000 of the longest addresses, and some room
NONE_YET = "none"


class AboutForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an organisation is called, and what it says of itself."""

    class Meta:
        model = Organisation
        fields = ["name", "about"]
        widgets = {"about": forms.Textarea(attrs={"rows": 5})}
        error_messages = {"name": {"required": _("Give the organisation a name.")}}

    def __init__(self, *args: Any, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = _helper(self, action, "name", "about", Submit("", _("Save")))


class Message(forms.CharField):
    """A few words of whoever invites."""

    def __init__(self) -> None:
        super().__init__(
            label=_("A few words of your own"),
            help_text=_("They stand above what is asked. You may leave this empty."),
            required=False,
            max_length=1_000,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={
                "max_length": _("Give at most %(limit_value)s characters.")
            },
        )


class MemberForm(forms.Form):
    """Whom to invite to work in an organisation, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=addresses.LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Give the address that the invitation goes to."),
            "invalid": _("Write the address as name@example.org."),
            "max_length": _("Give at most %(limit_value)s characters."),
        },
    )
    kind = forms.ChoiceField(
        label=_("As what?"),
        choices=[
            (Invitation.Kind.ADVISOR, _("Advisor: sees students who agreed")),
            (Invitation.Kind.LEAD, _("Lead: manages members, sees no student")),
        ],
        initial=Invitation.Kind.ADVISOR,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose advisor or lead."),
            "invalid_choice": _("Choose advisor or lead."),
        },
    )
    message = Message()

    def __init__(self, *args: Any, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        button = Submit("", _("Send the invitation"))
        self.helper = _helper(self, action, "email", "kind", "message", button)


class LinkForm(forms.Form):
    """For how long a link for many students holds."""

    days = forms.TypedChoiceField(
        label=_("How long shall it hold?"),
        choices=[
            (7, _("A week")),
            (30, _("A month")),
            (90, _("Three months")),
            (365, _("A year")),
        ],
        coerce=int,
        initial=30,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how long the link holds."),
            "invalid_choice": _("Choose one of the four."),
        },
    )
    message = Message()

    def __init__(self, *args: Any, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        button = Submit("", _("Make a link"))
        self.helper = _helper(self, action, "days", "message", button)


class ListForm(forms.Form):
    """A list of addresses: typed, pasted, or as a file. `lines` is what is in it."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One a line, or with commas between them."),
        required=False,
        strip=False,  # else the lines would be counted from the first that is filled
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        error_messages={
            "max_length": _("That is too long. Split the list, and invite the parts.")
        },
    )
    file = forms.FileField(
        label=_("Or a file (CSV or XLSX)"),
        help_text=_(
            "One column of it holds the addresses. At most 2,000 lines, and 2 MB."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"empty": _("This file is empty. Choose another one.")},
    )
    message = Message()
    lines: list[Line]

    def __init__(self, *args: Any, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lines = []
        button = Submit("", _("Show what would be sent"))
        self.helper = _helper(self, action, "addresses", "file", "message", button)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        text, file = given.get("addresses", ""), given.get("file")
        if file is not None and text.strip():
            self.add_error(
                "file", gettext("Give either a file or addresses, not both at once.")
            )
        elif file is not None:
            self._read(file)
        else:
            self.lines = addresses.read_text(text)
            if not self.lines:
                self.add_error(
                    "addresses", gettext("Give at least one address, or a file.")
                )
        if len(self.lines) > MOST_LINES:
            words = gettext(
                "These are %(given)s addresses; %(most)s go at once. Split the list."
            )
            counts = {"given": f"{len(self.lines):,}", "most": f"{MOST_LINES:,}"}
            self.add_error("file" if file else "addresses", words % counts)
        return given

    def _read(self, file: Any) -> None:
        if file.size > LARGEST_FILE:
            self.add_error("file", gettext("The file is larger than 2 MB. Split it."))
            return
        try:
            self.lines = addresses.read_file(file.read())
        except Refused as refused:
            self.add_error("file", str(refused))


class SendForm(forms.Form):
    """What was previewed, on its way back to be sent."""

    addresses = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_TEXT)
    message = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=1_000
    )


class RoadmapForm(forms.Form):
    """Which roadmap an organisation sees; `cleaned_data` has it, or None for none."""

    roadmap = forms.ChoiceField(
        label=_("Which roadmap do they see?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of your roadmaps, or none."),
            "invalid_choice": _("Choose one of your roadmaps, or none."),
        },
    )

    def __init__(
        self,
        *args: Any,
        roadmaps: Iterable[Roadmap],
        action: str,
        button: Any,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.helper = _helper(self, action, "roadmap", Submit("", button))
        self.roadmaps = {str(roadmap.code): roadmap for roadmap in roadmaps}
        field: Any = self.fields["roadmap"]
        field.choices = [
            *((code, roadmap.name) for code, roadmap in self.roadmaps.items()),
            (NONE_YET, _("None for now")),
        ]

    def clean_roadmap(self) -> Roadmap | None:
        return self.roadmaps.get(self.cleaned_data["roadmap"])


def _helper(form: forms.BaseForm, action: str, *parts: Any) -> FormHelper:
    helper = FormHelper(form)
    helper.form_action = action
    helper.layout = Layout(*parts)
    return helper
