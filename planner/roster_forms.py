"""The forms of the roster: what is looked for, and a name for a view of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from planner.forms import Select
from planner.models import Consent, Membership, SavedView
from planner.pages.terms import Term
from planner.pages.words import capital
from planner.roster import ME, NOBODY, Status, Wanted, without
from planner.roster_rows import COLUMNS, USUAL, columns_in

MOST_VIEWS = 30
LONGEST_QUERY = 2_000
WEEKS = (2, 4, 13, 26)
TERMS_AHEAD = 9


class FilterForm(forms.Form):
    """What the roster is asked for. It shows a query; `planner.roster` reads it."""

    q = forms.CharField(
        label=_("Name, address or career"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(label=_("How it stands"), widget=Select)
    review = forms.ChoiceField(label=_("Review"), widget=Select)
    career = forms.ChoiceField(label=_("Career"), widget=Select)
    advisor = forms.ChoiceField(label=_("Advisor"), widget=Select)
    within = forms.ChoiceField(label=_("Next step within"), widget=Select)
    step = forms.ChoiceField(label=_("Still to do"), widget=Select)
    term = forms.ChoiceField(label=_("Which starts in"), widget=Select)
    c = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[*COLUMNS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    sort = forms.CharField(widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(
        self,
        query: QueryDict,
        wanted: Wanted,
        *,
        careers: Iterable[tuple[str, str]],
        advisors: Iterable[tuple[str, str]],
        step_title: str,
        today: date,
    ):
        term, weeks = wanted.term, wanted.within
        super().__init__(
            initial={
                "q": query.get("q", ""),
                "status": wanted.status,
                "review": wanted.review,
                "career": wanted.career,
                "advisor": wanted.advisor,
                "within": str(weeks or ""),
                "step": wanted.step,
                "term": str(term or ""),
                "c": columns_in(query),
                "sort": query.get("sort", ""),
            }
        )
        self._offer("status", _("Any"), Status.choices)
        self._offer("review", _("Any"), Consent.Review.choices)
        self._offer("career", _("Any"), careers, wanted.career)
        self._offer(
            "advisor",
            _("Anybody"),
            [(ME, gettext("Me")), (NOBODY, gettext("Nobody")), *advisors],
            gettext("Somebody who left"),
        )
        self._offer(
            "within",
            _("Any time"),
            [(str(n), _weeks(n)) for n in WEEKS],
            _weeks(weeks or 1),
        )
        self._offer(
            "step",
            _("Any step"),
            [
                ("internship", gettext("An internship")),
                ("job", gettext("A job on the way")),
                ("degree", gettext("A degree")),
            ],
            step_title,
        )
        self._offer(
            "term",
            _("Any term"),
            [(str(one), capital(one.title)) for one in terms_from(today)],
            capital(term.title) if term else "",
        )

    def _offer(
        self,
        name: str,
        empty: Any,
        choices: Iterable[tuple[Any, Any]],
        title_of_other: str = "",
    ) -> None:
        """Offer choices, and what the query asks for even if it is none of them."""
        field: Any = self.fields[name]
        known = list(choices)
        value = self.initial[name]
        if value and value not in {str(one) for one, _title in known}:
            known.append((value, title_of_other or value))
        field.choices = [("", empty), *known]


class ViewForm(forms.Form):
    """A name for the way in which the roster is looked at."""

    name = forms.CharField(
        label=_("Name of this view"),
        help_text=_("Such as: mine, late."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Give the view a name, such as “mine, late”."),
            "max_length": _("Give at most %(limit_value)s characters."),
        },
    )
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        member: Membership,
        taken: set[str],
        action: str,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.member = member
        self.taken = taken
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.layout = Layout("name", "query", Submit("", _("Keep this view")))

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name in self.taken:
            words = gettext("There is a view “%(name)s” already. Give another name.")
            raise forms.ValidationError(words % {"name": name})
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if len(self.taken) >= MOST_VIEWS:
            words = gettext(
                "There are %(most)s views already. Delete one of them first."
            )
            self.add_error(None, words % {"most": MOST_VIEWS})
        if len(self.address) > LONGEST_QUERY:
            self.add_error(
                None,
                gettext("This view asks for too much. Ask for less, and keep that."),
            )
        return given

    @property
    def address(self) -> str:
        """Return what is kept of the query: what the roster knows, and no page."""
        query = QueryDict(str(self.data.get("query", ""))[:10_000])
        return written(query)

    def save(self) -> SavedView:
        return SavedView.objects.create(
            membership=self.member, name=self.cleaned_data["name"], query=self.address
        )


def written(query: QueryDict, *without_names: str, **more: str) -> str:
    """Write a query of the roster as part of an address."""
    if columns_in(query) == USUAL:
        without_names += ("c",)
    address = QueryDict(mutable=True)
    for name, value in without(query, *without_names, *more):
        address.appendlist(name, value)
    for name, value in more.items():
        address[name] = value
    return address.urlencode()


def terms_from(today: date) -> Iterable[Term]:
    """Yield the term of a day, and those after it that a filter offers."""
    term = Term.of(today)
    for _number in range(TERMS_AHEAD):
        yield term
        term = term.next


def _weeks(number: int) -> str:
    return ngettext("%(weeks)s week", "%(weeks)s weeks", number) % {"weeks": number}
