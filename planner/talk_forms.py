"""The forms by which students and advisors talk about a roadmap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Row, Submit
from django import forms
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from planner.auditing import person_name
from planner.models import Consent, User
from planner.models.talks import LONGEST_COMMENT
from planner.roadmap_forms import SetForm


class Text(forms.CharField):
    """What somebody writes: plain text of some lines."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(
            label=label,
            max_length=LONGEST_COMMENT,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={
                "required": _("Write something first."),
                "max_length": _("Give at most %(limit_value)s characters."),
            },
            **more,
        )


class RemarkForm(forms.Form):
    """A remark; where several organisations see the roadmap, to which of them."""

    text = Text(_("Remark"))

    def __init__(
        self,
        *args: Any,
        action: str,
        handles: Iterable[str],
        consents: Iterable[Consent] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = named_help(handles)
        self.consents = {str(one.code): one for one in consents}
        parts: list[Any] = ["text"]
        if len(self.consents) > 1:
            self.fields["to"] = forms.ChoiceField(
                label=_("To whom"),
                choices=[
                    (code, one.organisation.name) for code, one in self.consents.items()
                ],
                error_messages={
                    "required": _("Choose who shall read it."),
                    "invalid_choice": _("Choose who shall read it."),
                },
            )
            parts.append("to")
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.layout = Layout(*parts, Submit("", _("Send it")))

    @property
    def consent(self) -> Consent:
        """The consent that the remark goes under."""
        if len(self.consents) == 1:
            return next(iter(self.consents.values()))
        return self.consents[self.cleaned_data["to"]]


class SuggestionForm(SetForm):
    """An advisor's remark to a step, with a change for the student to take or not."""

    text = Text(_("Remark"))

    def __init__(self, *args: Any, handles: Iterable[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = named_help(handles)
        self.fields["no"].label = _("It is not needed, because")
        self.helper.form_method = "post"
        hint = HTML(
            '<p class="field-hint">{hint}</p>'.format(
                hint=gettext(
                    "You may suggest a change with it. The student sees what it would "
                    "move, and takes it or not."
                )
            )
        )
        self.helper.layout = Layout(
            "text", hint, Row("nb", "ex"), "no", Submit("", _("Send it"))
        )


class ReviewForm(forms.Form):
    """What is said when a review goes on; asking for changes says which."""

    text = Text(_("What you want to say"), required=False)

    def __init__(
        self, *args: Any, action: str, ways: Iterable[tuple[str, Any]], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.ways = dict(ways)
        self.helper = FormHelper(self)
        self.helper.form_action = action
        buttons = format_html_join(
            " ",
            '<button class="button{}" name="review" value="{}">{}</button>',
            [
                ("" if number == 0 else " secondary", value, words)
                for number, (value, words) in enumerate(self.ways.items())
            ],
        )
        self.helper.layout = Layout("text", HTML(f'<p class="actions">{buttons}</p>'))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        review = self.data.get("review")
        if review not in self.ways:
            self.add_error(None, gettext("Choose one of the buttons."))
        if review == Consent.Review.CHANGES and not given.get("text", "").strip():
            self.add_error("text", gettext("Say what should change."))
        return given


class NoteForm(forms.Form):
    """A note for the advisors of an organisation."""

    text = Text(
        _("Note"),
        help_text=_(
            "For advisors. The student sees that there is a note, and gets it with the "
            "download of everything that is kept."
        ),
    )

    def __init__(self, *args: Any, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.layout = Layout("text", Submit("", _("Keep the note")))


class AssignForm(forms.Form):
    """Which advisor looks after a student."""

    advisor = forms.ChoiceField(
        label=_("Advisor"),
        required=False,
        error_messages={"invalid_choice": _("Choose an advisor from the list.")},
    )

    def __init__(
        self, *args: Any, action: str, advisors: Iterable[User], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.advisors = {str(one.pk): one for one in advisors}
        choices: Any = self.fields["advisor"]
        choices.choices = [
            ("", _("Nobody")),
            *((key, person_name(one)) for key, one in self.advisors.items()),
        ]
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.layout = Layout("advisor", Submit("", _("Assign")))

    @property
    def person(self) -> User | None:
        return self.advisors.get(self.cleaned_data["advisor"])


def named_help(handles: Iterable[str]) -> str:
    """Say how somebody is named in a remark."""
    names = ", ".join(f"@{handle}" for handle in handles)
    return gettext("Who is named gets a mail if they want it: %(names)s") % {
        "names": names
    }
