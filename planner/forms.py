"""The student's form, laid out, and the background document that it becomes.

The form knows how answers are typed, kept and addressed. What a background may
say is not decided here but in `documents.background`, as for the command and
the API; its errors are laid on the field that each is about.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Row, Submit
from django import forms
from django.http import QueryDict
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from planner.documents.background import (
    LONGEST_REASON,
    MOST_MONEY,
    BadInput,
    read_background,
    write_background,
)
from planner.engine.background import Background
from planner.engine.facts import LEVEL_NAMES, Catalogue, Role
from planner.matching import plain
from planner.queries import Published
from planner.search import career_title, careers_meant
from planner.studies import LENGTH, find_field, nearest_fields, title_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

MOST_ROWS = 8  # of education and of experience
MOST_DONE = 100  # that one may answer; the catalogue has fewer
MOST_OFFERED = 5  # careers that may be meant by what was typed
# Servers refuse request lines above 4 KB; longer answers stay in the POST.
LONGEST_ADDRESS = 3000
MOST_SET = 40  # dates and exceptions of one's own
YEARS_AHEAD = 10
DAYS_BACK = 366
DEFAULT_CAREER = "machine-learning-engineer"

WORK_FIELD = re.compile(r"^x[1-8]$")
ROW_FIELD = re.compile(r"^[ex]([1-8])[fsdm]?$")
# Dates and exceptions of one's own, by step: not before, exactly then, not needed.
SET_FIELD = re.compile(
    r"^(nb|ex|no)-(degree|role|skill|milestone)-([a-z0-9][a-z0-9-]{0,199})$"
)
SKILL_FIELD = re.compile(r"^s-([a-z0-9][a-z0-9-]{0,79})$")
AMOUNT = re.compile(r"^-?[\d.]+$")
MOMENT = re.compile(r"^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$")

MASTERY: list[tuple[str, Text]] = [
    ("", _("Not yet")),
    ("some", _("Some")),
    ("solid", _("Solid")),
]


class Select(forms.Select):
    """A select whose options are written by one template, not by one each.

    The form has some hundreds of options, and is rendered anew for every answer.
    """

    template_name = "planner/_select.html"


class Suggesting(forms.TextInput):
    """A text input with suggestions as one types; without scripts, a text input."""

    template_name = "planner/_suggesting.html"

    def __init__(self, address: object, **attrs: str):
        super().__init__(attrs=suggesting(address) | attrs)
        # Titles and addresses, to choose from. Forms copy it, and not what is in it.
        self.nearest: Sequence[tuple[str, str]] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["nearest"] = self.nearest
        return context


def suggesting(address: object) -> dict[str, Any]:
    """Return what an input says of where its suggestions come from, and go to."""
    return {
        "data-suggests": "",
        "maxlength": "200",
        "hx-get": address,
        "hx-trigger": "focus once, input changed delay:150ms",
        "hx-target": "next .suggestions",
        "hx-swap": "innerHTML",
        "hx-sync": "this:queue last",
    }


class MoneyInput(forms.TextInput):
    """Reads an amount as people write it: 20000, 20,000 or $20,000.

    What is no amount stays as it was typed.
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        bare = re.sub(r"[$,\s]", "", typed) if isinstance(typed, str) else ""
        return bare if AMOUNT.match(bare) else typed


class MomentField(forms.CharField):
    """A day, a month or only a year: 2028-05-20, 2028-05 or 2028."""

    def clean(self, value: Any) -> Any:  # a date, or None
        typed = super().clean(value)
        if not typed:
            return None
        match = MOMENT.match(typed)
        try:
            if match is None:
                raise ValueError
            year, month, day = (int(part or 0) for part in match.groups())
            # Terms end in May, so that a year alone means that its spring is over.
            month = month or 5
            return date(year, month, day or calendar.monthrange(year, month)[1])
        except (ValueError, calendar.IllegalMonthError) as error:
            raise forms.ValidationError(
                _("Write a year, or year and month, such as 2028 or 2028-05.")
            ) from error


class Several(forms.MultipleChoiceField):
    """Any number of answers; whether they are known is for the document to say."""

    def valid_value(self, value: Any) -> bool:
        return True


class BackgroundForm(forms.Form):
    """Where a student is and what they want, in any state of completion.

    It is always bound: answers that are not given stand at their defaults, so the
    form and the roadmap beside it agree from the first look.
    """

    career = forms.CharField(
        label=_("What do you want to be?"),
        widget=Suggesting(reverse_lazy("planner:suggest")),
        error_messages={"required": _("Choose what you want to become.")},
    )
    start = forms.DateField(
        label=_("Starting on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Say when you want to start, such as 2027-08-15."),
            "invalid": _("Write the start as year, month and day: 2027-08-15."),
        },
    )
    hours = forms.FloatField(
        label=_("Free hours a week"),
        help_text=_("Beside study or a job."),
        error_messages={
            "required": _("Say how many hours a week are free, such as 10."),
            "invalid": _("Write the hours a week as a number, such as 10."),
        },
    )
    fulltime = forms.ChoiceField(
        label=_("Could you study full-time?"),
        choices=[("yes", _("Yes")), ("no", _("No, only beside a job"))],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose yes or no.")},
    )
    masters = forms.ChoiceField(
        label=_("A master’s degree?"),
        choices=[
            ("either", _("Whatever is sooner")),
            ("yes", _("Yes")),
            ("no", _("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose yes, no, or whatever is sooner.")},
    )
    done = Several(
        label=_("Already done"), widget=forms.CheckboxSelectMultiple, required=False
    )
    target = forms.DateField(
        label=_("I would like to be there by"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the date as 2033-06-01.")},
    )
    budget = forms.FloatField(
        label=_("What it may cost, in US dollars"),
        required=False,
        widget=MoneyInput,
        error_messages={"invalid": _("Write the amount as a number, such as 40000.")},
    )
    tuition = forms.FloatField(
        label=_("What a year of study costs you, in US dollars"),
        required=False,
        widget=MoneyInput,
        error_messages={"invalid": _("Write the amount as a number, such as 9000.")},
    )
    pay = forms.FloatField(
        label=_("What the job would pay you a year, in US dollars"),
        help_text=_("For the question whether a master’s is worth it. No date moves."),
        required=False,
        widget=MoneyInput,
        error_messages={"invalid": _("Write the amount as a number, such as 95000.")},
    )
    mpay = forms.FloatField(
        label=_("And with a master’s"),
        required=False,
        widget=MoneyInput,
        error_messages={"invalid": _("Write the amount as a number, such as 99000.")},
    )

    objective = forms.ChoiceField(
        label=_("What counts most"),
        choices=[
            ("earliest", _("The date")),
            ("cheapest", _("The cost")),
            ("within-budget", _("The date, as far as the budget goes")),
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose the date or the cost.")},
    )
    mode = forms.ChoiceField(
        label=_("If a master’s, then"),
        choices=[
            ("any", _("In any way")),
            ("full-time", _("Full-time")),
            ("part-time", _("Part-time")),
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose full-time, part-time or any.")},
    )
    bootcamp = forms.ChoiceField(
        label=_("A bootcamp?"),
        choices=[
            ("either", _("Where it helps")),
            ("yes", _("Yes")),
            ("no", _("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose yes, no, or where it helps.")},
    )

    def __init__(
        self,
        answers: QueryDict,
        *,
        published: Published,
        today: date,
        page: str = "",
        kept: Background | None = None,
    ):
        """Read answers; `page` is where the form stands, if not on the first page.

        `kept` are the answers of a roadmap that are being changed: they may have begun
        longer ago, and have milestones of the student's own.
        """
        self.page = page or reverse("planner:home")
        self.kept = kept
        self.published = published
        self.catalogue = published.catalogue
        self.today = today
        self.defaults = default_answers(self.catalogue, today)
        self.background: Background | None = None
        self.answers = readable(answers, self.defaults, published)
        self.wanted = careers_meant(published, self.answers.get("career", ""))
        super().__init__(self.answers)
        self.rows = {"e": self._rows("e"), "x": self._rows("x")}
        self._fill_choices()
        self._add_rows()
        self._add_skills()
        self._add_set()
        for field in self.fields.values():
            if isinstance(field, forms.FloatField):
                # Not type=number: there a browser sends nothing for what it
                # cannot read, and the wheel of a mouse changes the answer.
                if not isinstance(field.widget, MoneyInput):
                    field.widget = forms.TextInput()
                field.widget.attrs["inputmode"] = "decimal"
            field.widget.attrs.setdefault("autocomplete", "off")
            field.widget.is_required = False  # asked for by our words, kindly
        self.helper = helper_for(self)

    # What is asked

    def _rows(self, letter: str) -> range:
        """Return the numbers of the rows: those answered, and an empty one."""
        used = [
            int(match[1])
            for name in self.answers
            if (match := ROW_FIELD.match(name))
            and name[0] == letter
            and self._says_something(name)
        ]
        return range(1, min(max(used, default=0) + 1, MOST_ROWS) + 1)

    def _says_something(self, name: str) -> bool:
        return bool(self.answers.get(name)) and not name.endswith("s")

    def _fill_choices(self) -> None:
        self.milestones = milestones_for(self.role, self)
        self.fields["done"].widget.choices = self.milestones

    def _offer(self, name: str, choices: Iterable[tuple[str, Text]]) -> None:
        """Offer the choices, and what was typed beside them, so that it is kept."""
        choices = list(choices)
        typed = self.answers.get(name, "")
        if typed and typed not in {value for value, _label in choices}:
            choices.append((typed, typed[:80]))
        self.fields[name].widget.choices = choices

    @property
    def role(self) -> Role | None:
        """The career that was chosen, if what was typed names one."""
        if len(self.wanted.named) != 1:
            return None
        return self.catalogue.roles[self.wanted.named[0]]

    def _add_rows(self) -> None:
        levels = [("", _("None")), *LEVEL_CHOICES]
        for number in self.rows["e"]:
            self._add_text(f"e{number}", _("Degree"), Select())
            self._offer(f"e{number}", levels)
            self._add_text(
                f"e{number}f",
                _("Field of study"),
                # Without scripts, the page's own list makes some suggestions.
                Suggesting(reverse_lazy("planner:fields"), list="fields"),
                help_text=_("A title such as Biology, or a CIP code."),
            )
            self.fields[f"e{number}s"] = forms.ChoiceField(
                label=_("Finished?"),
                choices=[("finished", _("Finished")), ("expected", _("In progress"))],
                widget=Select,
                error_messages={"invalid_choice": _("Choose finished or in progress.")},
            )
            self.fields[f"e{number}d"] = MomentField(
                label=_("Year or month"),
                required=False,
                max_length=10,
                error_messages={
                    "max_length": _("Write a year, or year and month, such as 2028-05.")
                },
            )
        for number in self.rows["x"]:
            self._add_text(
                f"x{number}",
                _("Worked as"),
                Suggesting(reverse_lazy("planner:suggest")),
            )
            self.fields[f"x{number}m"] = forms.FloatField(
                label=_("Months"),
                required=False,
                error_messages={
                    "invalid": _("Write the months as a number, such as 18.")
                },
            )

    def _add_text(
        self, name: str, label: Text, widget: forms.Widget, *, help_text: Text = ""
    ) -> None:
        self.fields[name] = forms.CharField(
            label=label, required=False, widget=widget, help_text=help_text
        )

    def _add_skills(self) -> None:
        first, more = skills_for(self.catalogue, self.role)
        known = dict.fromkeys([*first, *more])
        answered = [
            match[1] for name in self.answers if (match := SKILL_FIELD.match(name))
        ]
        others = [
            slug
            for slug in answered
            if slug not in known and self.answers.get(f"s-{slug}")
        ]
        self.unknown_skills = [s for s in others if s not in self.catalogue.skills]
        self.main_skills = [
            *first,
            *(slug for slug in others if slug in self.catalogue.skills),
        ]
        self.more_skills = more
        for slug in [*self.main_skills, *self.more_skills]:
            self.fields[f"s-{slug}"] = forms.ChoiceField(
                label=self.catalogue.skills[slug].title,
                choices=MASTERY,
                widget=Select,
                required=False,
                error_messages={"invalid_choice": _("Choose not yet, some or solid.")},
            )

    def _add_set(self) -> None:
        """Ask again for what was set for a step, so that it can be changed."""
        self.set_names = [
            name
            for name in self.answers
            if SET_FIELD.match(name) and str(self.answers[name]).strip()
        ][:MOST_SET]
        day = {"invalid": _("Write the day as year, month and day: 2027-08-15.")}
        for name in self.set_names:
            title = self.catalogue.title_of(step_id(name))
            label = SET_LABELS[name[:2]] % {"step": title}
            self.fields[name] = (
                forms.CharField(label=label, required=False, max_length=LONGEST_REASON)
                if name.startswith("no-")
                else forms.DateField(
                    label=label,
                    required=False,
                    widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                    error_messages=day,
                )
            )

    # What was answered

    def clean_career(self) -> str:
        """Return the slug of the career, or offer those that may be meant."""
        if self.role is not None:
            return self.role.slug
        typed = self.cleaned_data["career"]
        offered = (self.wanted.named or self.wanted.near)[:MOST_OFFERED]
        titles = [career_title(self.published, slug) for slug in offered]
        self._offer_careers(dict(zip(offered, titles, strict=True)))
        if self.wanted.named:
            message = _(
                "Several careers are called “%(typed)s”: %(nearest)s. "
                "Choose one of them."
            )
        elif titles:
            message = _(
                "We have no career “%(typed)s”. The nearest that we have: %(nearest)s. "
                "Choose one of them, or write another title."
            )
        else:
            message = _(
                "We have no career “%(typed)s”. Write what people call the job in "
                "other words, or choose one from the list of careers."
            )
        raise forms.ValidationError(
            message, params={"typed": typed[:80], "nearest": "; ".join(titles)}
        )

    def _offer_careers(self, titles: Mapping[str, str]) -> None:
        """Show links to this page with another career and all the other answers."""
        offered = []
        for slug, title in titles.items():
            answers = self.answers.copy()
            answers["career"] = slug
            address = self._address(self.page, answers)
            if len(address) <= LONGEST_ADDRESS:
                offered.append((title, address))
        self.fields["career"].widget.nearest = offered

    def clean_budget(self) -> float | None:
        return self._amount("budget")

    def clean_tuition(self) -> float | None:
        return self._amount("tuition")

    def clean_pay(self) -> float | None:
        return self._amount("pay")

    def clean_mpay(self) -> float | None:
        return self._amount("mpay")

    def _amount(self, name: str) -> float | None:
        amount: float | None = self.cleaned_data[name]
        if amount is not None and not 0 <= amount <= MOST_MONEY:
            raise forms.ValidationError(
                _("Write an amount from 0 to %(most)s, or leave it empty."),
                params={"most": f"{MOST_MONEY:,}"},
            )
        return amount

    def clean_start(self) -> date:
        start: date = self.cleaned_data["start"]
        earliest = self.today - timedelta(days=DAYS_BACK)
        if self.kept is not None:
            earliest = min(earliest, self.kept.start)
        latest = date(self.today.year + YEARS_AHEAD, 12, 31)
        if not earliest <= start <= latest:
            raise forms.ValidationError(
                _(
                    "A plan can start between %(earliest)s and %(latest)s. "
                    "Choose a day in between."
                ),
                params={"earliest": earliest.isoformat(), "latest": latest.isoformat()},
            )
        return start

    def clean(self) -> dict[str, Any]:
        """Read the answers as a background document; lay its errors on the fields."""
        if unknown := self.unknown_skills:
            self.add_error(
                None,
                ngettext(
                    "We do not know the skill “%(name)s”. It is left out of the form; "
                    "show the roadmap again to go on without it.",
                    "We do not know %(unknown)s of the skills, such as “%(name)s”. "
                    "They are left out of the form; show the roadmap again to go on "
                    "without them.",
                    len(unknown),
                )
                % {"unknown": len(unknown), "name": unknown[0]},
            )
        places: dict[str, str] = {}
        document = self._document(places)
        try:
            self.background = read_background(document, self.catalogue)
        except BadInput as bad:
            for error in bad.errors:
                name = self._field_named(error.field, places)
                if name is None or name not in self.errors:
                    self.add_error(name, error.message)
        return self.cleaned_data

    def _document(self, places: dict[str, str]) -> dict[str, Any]:
        """Return the answers as a document, and note which field each part is from.

        An answer that could not be read stands at its default meanwhile, so that
        all the other mistakes are found at the same time.
        """
        given = self.cleaned_data
        document: dict[str, Any] = {
            "career": given.get("career", self.defaults["career"]),
            "start": given.get("start", self.today).isoformat(),
            "hours_per_week": given.get("hours", 10),
            "full_time_study": given.get("fulltime", "yes") == "yes",
            "masters": given.get("masters", "either"),
            "education": list(self._education(places)),
            "skills": {
                name[2:]: value
                for name, value in given.items()
                if name.startswith("s-") and value
            },
            "experience": list(self._experience(places)),
            "done": list(dict.fromkeys(given.get("done", []))),
            "target_date": None,
            "budget": given.get("budget"),
            "tuition_per_year": given.get("tuition"),
            "pay": given.get("pay"),
            "pay_with_masters": given.get("mpay"),
            "objective": given.get("objective", "earliest"),
            "masters_mode": given.get("mode", "any"),
            "bootcamp": given.get("bootcamp", "either"),
        }
        if given.get("target"):
            document["target_date"] = given["target"].isoformat()
        if self.kept is not None:
            document["own"] = write_background(self.kept).get("own")
        for part in ("pins", "not_needed"):
            document[part] = []
        for name in self.set_names:
            if value := given.get(name):
                kind, part = name[:2], "not_needed" if name[:2] == "no" else "pins"
                text = value if kind == "no" else value.isoformat()
                places[f"{part}.{len(document[part])}"] = name
                document[part].append({"id": step_id(name), SET_KEYS[kind]: text})
        return document

    def _education(self, places: dict[str, str]) -> Iterator[dict[str, str]]:
        found = 0
        for number in self.rows["e"]:
            row = f"e{number}"
            level = self.cleaned_data.get(row, "")
            typed = self.cleaned_data.get(f"{row}f", "")
            when: date | None = self.cleaned_data.get(f"{row}d")
            if not (level or typed or when):
                continue
            if not level:
                self.add_error(row, gettext("Choose which degree it is."))
                continue
            education = {"level": level}
            if level != "high-school":
                if not (code := self._code(f"{row}f", typed)):
                    continue
                education["field"] = code
            state = self.cleaned_data.get(f"{row}s", "finished")
            if not (when := self._moment(f"{row}d", state, when)):
                continue
            education[state] = when.isoformat()
            places[f"education.{found}"] = row
            found += 1
            yield education

    def _code(self, name: str, typed: str) -> str | None:
        """Return the code of the field of study, or say which ones are near."""
        if not typed:
            self.add_error(
                name, gettext("Write the field of study, such as Biology or 26.0101.")
            )
            return None
        if code := find_field(self.catalogue.fields, typed):
            return code
        near = [title.rstrip(".") for _code, title in self._near(typed)]
        if near:
            message = gettext(
                "We do not know the field “%(typed)s”. The nearest that we know: "
                "%(nearest)s. Write one of them, or its code."
            )
        else:
            message = gettext(
                "We do not know the field “%(typed)s”. Write it in other words, or "
                "its CIP code, such as 26.0101 for biology."
            )
        self.add_error(
            name, message % {"typed": typed[:80], "nearest": "; ".join(near)}
        )
        return None

    def _near(self, typed: str) -> list[tuple[str, str]]:
        return nearest_fields(self.catalogue.fields, typed, most=3)

    def _moment(self, name: str, state: str, when: date | None) -> date | None:
        """Return when a degree was or will be finished, or say what is wrong."""
        if name in self.errors:
            return None
        if state == "finished":
            if when is None:
                # No plan depends on the day, only on its being past.
                start: date = self.cleaned_data.get("start", self.today)
                return min(self.today, start)
            if (
                when.year == self.today.year
                and len(str(self.answers.get(name, ""))) == 4
            ):
                return min(when, self.today)
            if when > self.today:
                self.add_error(
                    name,
                    gettext("This date lies ahead. Choose “In progress”, or mend it."),
                )
                return None
            return when
        if when is None:
            self.add_error(
                name, gettext("Say when you expect to finish, such as 2028-05.")
            )
            return None
        if when < self.today:
            self.add_error(
                name,
                gettext(
                    "The finish lies before today. Choose “Finished”, or mend the date."
                ),
            )
            return None
        return when

    def _experience(self, places: dict[str, str]) -> Iterator[dict[str, Any]]:
        found = 0
        for number in self.rows["x"]:
            row = f"x{number}"
            role = self._worked_as(self.cleaned_data.get(row, ""))
            months = self.cleaned_data.get(f"{row}m")
            if f"{row}m" in self.errors or not (role or months is not None):
                continue
            if not role:
                self.add_error(row, gettext("Choose what you worked as."))
            elif months is None:
                self.add_error(f"{row}m", gettext("Say how many months, such as 18."))
            else:
                places[f"experience.{found}"] = row
                found += 1
                yield {"role": role, "months": months}

    def _worked_as(self, typed: str) -> str:
        """Return the slug of the job that was typed; else what was typed."""
        if typed in self.catalogue.roles:
            return typed
        wanted = plain(typed)
        for role in self.catalogue.roles.values():  # not all of them are careers
            if wanted and not role.is_career and plain(role.title) == wanted:
                return role.slug
        named = careers_meant(self.published, typed).named if wanted else []
        return named[0] if len(named) == 1 else typed

    def _field_named(self, path: str, places: Mapping[str, str]) -> str | None:
        """Return the field of this form that a part of the document comes from."""
        parts = [part for part in re.split(r"[.\[\]'\"]+", path) if part]
        name = NAMES.get(parts[0]) if parts else None
        if parts and parts[0] == "skills" and len(parts) > 1:
            name = f"s-{parts[1]}"
        elif len(parts) > 1 and (row := places.get(f"{parts[0]}.{parts[1]}")):
            name = row + SUFFIXES.get(parts[2] if len(parts) > 2 else "", "")
        return name if name in self.fields else None

    # Where it is kept

    @property
    def address(self) -> str:
        """The address of this page with these answers: only what is not by default.

        The start is always in it, because its default moves with the day.
        """
        return self.address_at(self.page)

    def address_at(self, page: str) -> str:
        """The address of another page about these answers."""
        return self._address(page, self.answers)

    def changed_address(self, change: Mapping[str, object]) -> str:
        """The address of this page with other answers, by the document's fields."""
        answers = self.answers.copy()
        for field, value in change.items():
            if field == "pins":
                self._drop_pins(answers, value)
                continue
            name = NAMES[field]
            if name is None:
                raise KeyError(f"{field} is not one field of the form.")
            if isinstance(value, bool):
                value = "yes" if value else "no"
            answers[name] = str(value)
        return self._address(self.page, answers)

    def _drop_pins(self, answers: QueryDict, kept: object) -> None:
        """Take away the dates that were set, but for those that are kept."""
        pins = kept if isinstance(kept, list) else []
        ids = {pin["id"] for pin in pins}
        for name in self.set_names:
            if not name.startswith("no-") and step_id(name) not in ids:
                answers.pop(name, None)

    def _address(self, page: str, answers: QueryDict) -> str:
        kept = QueryDict(mutable=True)
        answered = self.answers.get("career")
        for name in self.fields:
            values = answers.getlist(name)
            if ROW_FIELD.match(name) and name.endswith("f") and values[-1:] != [""]:
                values = [
                    find_field(self.catalogue.fields, typed) or typed
                    for typed in values[-1:]
                ]
            if name == "career" and self.role and values[-1:] == [answered]:
                values = [self.role.slug]
            if WORK_FIELD.match(name):
                values = [self._worked_as(typed) for typed in values[-1:]]
            if name != "done":
                values = values[-1:]
                if values == [self.defaults.get(name, "")] and name != "start":
                    continue
                if (
                    ROW_FIELD.match(name)
                    and name.endswith("s")
                    and (values == ["finished"] or not answers.get(name[:-1]))
                ):
                    continue
            kept.setlist(name, values)
        return f"{page}?{kept.urlencode()}" if kept else page

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Where each problem is, as the id of its field, and what it says."""
        found: list[tuple[str, str]] = []
        for name, errors in self.errors.items():
            anchor = ""
            if name in self.fields:
                field = self[name]
                several = isinstance(
                    field.field.widget,
                    (forms.RadioSelect, forms.CheckboxSelectMultiple),
                )
                anchor = f"{field.auto_id}_0" if several else field.auto_id
            found.extend((anchor, str(error)) for error in errors)
        return found


def answers_of(background: Background) -> QueryDict:
    """Return a background as answers of the form, which reads it back from them."""
    answers = QueryDict(mutable=True)
    answers["career"] = background.career
    answers["start"] = background.start.isoformat()
    answers["hours"] = f"{background.hours_per_week:g}"
    answers["fulltime"] = "yes" if background.full_time_study else "no"
    answers["masters"] = background.masters
    answers["objective"] = background.objective
    answers["mode"] = background.masters_mode
    answers["bootcamp"] = background.bootcamp
    for number, education in enumerate(background.education, 1):
        day = education.finished or education.expected
        answers[f"e{number}"] = education.level
        answers[f"e{number}f"] = education.field
        answers[f"e{number}s"] = "finished" if education.finished else "expected"
        answers[f"e{number}d"] = "" if day is None else day.isoformat()
    for number, experience in enumerate(background.experience, 1):
        answers[f"x{number}"] = experience.role
        answers[f"x{number}m"] = f"{experience.months:g}"
    for slug, mastery in background.skills.items():
        answers[f"s-{slug}"] = mastery
    answers.setlist("done", list(background.done))
    if background.target_date is not None:
        answers["target"] = background.target_date.isoformat()
    for name in ("budget", "tuition_per_year", "pay", "pay_with_masters"):
        if (amount := getattr(background, name)) is not None:
            answers[NAMES[name] or ""] = f"{amount:.15g}"
    for pin in background.pins:
        kind, day = (
            ("nb", pin.not_before) if pin.exactly is None else ("ex", pin.exactly)
        )
        key = pin.id.replace(":", "-", 1)
        answers[f"{kind}-{key}"] = "" if day is None else day.isoformat()
    for override in background.not_needed:
        answers[f"no-{override.id.replace(':', '-', 1)}"] = override.because
    return answers


def step_id(name: str) -> str:
    """Return the id of the step that a field is about: nb-skill-r is skill:r."""
    return name.partition("-")[2].replace("-", ":", 1)


LEVEL_CHOICES: list[tuple[str, Text]] = [
    ("high-school", _("High school diploma")),
    ("certificate", _("Certificate")),
    ("associate", _("Associate’s degree")),
    ("bachelor", _("Bachelor’s degree")),
    ("master", _("Master’s degree")),
    ("doctorate", _("Doctorate")),
]
assert [level for level, _name in LEVEL_CHOICES] == list(LEVEL_NAMES)  # noqa: S101

# Which field of the form a part of the background document comes from.
NAMES = {
    "career": "career",
    "start": "start",
    "hours_per_week": "hours",
    "full_time_study": "fulltime",
    "masters": "masters",
    "education": "e1",
    "skills": None,
    "experience": "x1",
    "done": "done",
    "target_date": "target",
    "budget": "budget",
    "tuition_per_year": "tuition",
    "pay": "pay",
    "pay_with_masters": "mpay",
    "objective": "objective",
    "masters_mode": "mode",
    "bootcamp": "bootcamp",
}
SET_LABELS = {
    "nb": _("“%(step)s” not before"),
    "ex": _("“%(step)s” exactly in the week of"),
    "no": _("I don’t need “%(step)s”, because"),
}
SET_KEYS = {"nb": "not_before", "ex": "exactly", "no": "because"}
SUFFIXES = {
    "level": "",
    "field": "f",
    "finished": "d",
    "expected": "d",
    "role": "",
    "months": "m",
}


def default_answers(catalogue: Catalogue, today: date) -> dict[str, str]:
    """Return what stands in the form before anything is answered."""
    careers = [role.slug for role in catalogue.careers()]
    first = careers[0] if careers else ""
    return {
        "career": DEFAULT_CAREER if DEFAULT_CAREER in careers else first,
        "start": today.isoformat(),
        "hours": "10",
        "fulltime": "yes",
        "masters": "either",
        "objective": "earliest",
        "mode": "any",
        "bootcamp": "either",
    }


def readable(
    answers: QueryDict, defaults: Mapping[str, str], published: Published
) -> QueryDict:
    """Return the answers with the defaults beside them; codes and slugs as titles."""
    catalogue = published.catalogue
    data = answers.copy()
    for name, value in defaults.items():
        data.setdefault(name, value)
    role = catalogue.roles.get(data.get("career", ""))
    if role is not None and role.is_career:
        data["career"] = career_title(published, role.slug)
    for number in range(1, MOST_ROWS + 1):
        role = catalogue.roles.get(data.get(f"x{number}", ""))
        if role is not None:
            data[f"x{number}"] = (
                career_title(published, role.slug) if role.is_career else role.title
            )
        data.setdefault(f"e{number}s", "finished")
        typed = data.get(f"e{number}f", "").strip()
        # A code of four digits names a family of fields, and its title none of them.
        if typed in catalogue.fields and len(typed) == LENGTH:
            data[f"e{number}f"] = title_of(catalogue.fields, typed)
    return data


def skills_for(catalogue: Catalogue, role: Role | None) -> tuple[list[str], list[str]]:
    """Return the skills that a career asks for, and those on the way to it.

    On the way are the skills behind its skills, projects and earlier jobs; degrees
    teach their own, and nobody is asked about those.
    """
    if role is None:
        return [], []
    first: list[str] = []
    more: list[str] = []
    todo = [(role.id, 0)]
    seen = {role.id}
    while todo:
        thing_id, depth = todo.pop(0)
        for requirement in catalogue[thing_id].requires:
            for alternative in requirement.alternatives:
                named = alternative.thing
                if named is None or named in seen or named.startswith("degree:"):
                    continue
                seen.add(named)
                kind, _colon, slug = named.partition(":")
                if kind == "skill":
                    (more if depth else first).append(slug)
                todo.append((named, depth + 1))
    return first, more


def milestones_for(role: Role | None, form: BackgroundForm) -> list[tuple[str, str]]:
    """Return the milestones that a career may ask for, and those already answered."""
    catalogue = form.catalogue
    named: dict[str, None] = {}
    todo = [role.id] if role is not None else []
    seen = set(todo)
    while todo:
        for requirement in catalogue[todo.pop(0)].requires:
            for alternative in requirement.alternatives:
                thing = alternative.thing
                if thing is None or thing in seen or thing.startswith("degree:"):
                    continue
                seen.add(thing)
                todo.append(thing)
                if thing.startswith("milestone:"):
                    named[thing.partition(":")[2]] = None
    for slug in form.answers.getlist("done")[:MOST_DONE]:
        named[slug[:80]] = None
    return [
        (
            slug,
            catalogue.milestones[slug].title if slug in catalogue.milestones else slug,
        )
        for slug in named
    ]


def helper_for(form: BackgroundForm) -> FormHelper:
    """Lay the form out.

    Every part that an answer can change has an id, so that htmx can swap it and
    leave the rest, above all the field that one is in, as it is.
    """
    helper = FormHelper(form)
    helper.form_id = "answers"
    helper.form_method = "post"
    helper.form_action = form.page
    helper.disable_csrf = True  # the view says why
    helper.attrs = {
        "hx-get": form.page,
        "hx-trigger": "change delay:250ms, submit",
        "hx-target": "#roadmap",
        "hx-select": "#roadmap",
        "hx-select-oob": ",".join(
            [*(f"#{part}" for part in PARTS), "#said:innerHTML", "#answer"]
        ),
        "hx-swap": "outerHTML",
        "hx-sync": "this:replace",
        "hx-disinherit": "*",
    }
    answered = {name for name in form.fields if form.answers.get(name)}
    more_skills = [
        details(
            _("More skills"),
            Div(*[f"s-{slug}" for slug in form.more_skills], css_class="compact"),
            is_open=any(f"s-{slug}" in answered for slug in form.more_skills),
        )
    ]
    done = [
        details(
            _("Projects, certificates, internships"),
            "done",
            is_open="done" in answered,
        )
    ]
    wishes = ["target", "budget"]
    figures = ["tuition", "pay", "mpay"]
    own = [
        Fieldset(
            _("Dates and exceptions of your own"),
            *form.set_names,
            css_class="compact-wide",
        )
    ]
    choices = ["objective", "mode", "bootcamp"]
    helper.layout = Layout(
        Fieldset(
            _("Where to"),
            Div("career", css_id="part-career"),
            Div("start", "hours", css_id="part-when", css_class="field-row"),
            Div("fulltime", "masters", css_id="part-study"),
        ),
        Fieldset(
            _("Education"),
            *[
                spare(education_row(number), _("Another degree"), f"e{number}", form)
                for number in form.rows["e"]
            ],
            css_id="part-education",
        ),
        Fieldset(
            _("Work"),
            *[
                spare(
                    Row(f"x{number}", f"x{number}m", css_class="job-row"),
                    _("Another job"),
                    f"x{number}",
                    form,
                )
                for number in form.rows["x"]
            ],
            css_id="part-experience",
        ),
        Fieldset(
            _("Skills"),
            Div(
                *[f"s-{slug}" for slug in form.main_skills],
                css_id="part-skills",
                css_class="compact",
            ),
        ),
        # The part is there even when it is empty, so that htmx can fill it.
        Div(*more_skills[: len(form.more_skills)], css_id="part-more-skills"),
        Div(*done[: len(form.milestones)], css_id="part-done"),
        Div(
            details(
                _("A date or a budget in mind"),
                *wishes,
                is_open=any(wish in answered for wish in wishes),
            ),
            css_id="part-wishes",
        ),
        Div(
            details(
                _("Figures of your own"),
                *figures,
                is_open=any(figure in answered for figure in figures),
            ),
            css_id="part-figures",
        ),
        Div(
            details(
                _("More choices"),
                *choices,
                is_open=any(
                    form.answers.get(choice) != form.defaults[choice]
                    for choice in choices
                ),
            ),
            css_id="part-choices",
        ),
        Div(*own[: len(form.set_names)], css_id="part-set"),
        Submit("", _("Show my roadmap"), css_id="show"),
    )
    return helper


PARTS = [
    "part-career",
    "part-when",
    "part-study",
    "part-education",
    "part-experience",
    "part-skills",
    "part-more-skills",
    "part-done",
    "part-wishes",
    "part-figures",
    "part-choices",
    "part-set",
]


def education_row(number: int) -> Fieldset:
    """Return the four fields of one degree, as a group with a name."""
    return Fieldset(
        gettext("Degree %(number)s") % {"number": number},
        f"e{number}",
        f"e{number}f",
        Row(f"e{number}s", f"e{number}d"),
        css_class="degree-row",
    )


def spare(part: Any, summary: Text, row: str, form: BackgroundForm) -> Any:
    """Return an empty row after the first behind a summary, to be out of the way."""
    is_used = any(form.answers.get(row + suffix) for suffix in ("", "f", "d", "m"))
    if row[1:] == "1" or is_used:
        return part
    return details(summary, part, is_open=False)


def details(summary: Text, *fields: Any, is_open: bool) -> Div:
    """Return fields behind a summary, open where one of them is answered."""
    part = Div(*fields, template="planner/_form_details.html")
    part.summary = summary
    part.is_open = is_open
    return part
