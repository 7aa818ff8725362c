"""Plans for a career made with the draft, beside what the published version gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planner import reviewing
from planner.documents.background import FIRST_START, LAST_START, MOST_HOURS
from planner.effects import PlanMove
from planner.engine.background import Background, Education
from planner.engine.facts import LEVEL_NAMES, Catalogue
from planner.engine.planning import make_plan
from planner.engine.plans import Plan
from planner.models import Role
from planner.pages.words import about, capital, day_words
from planner.samples import Sample, known_to, samples

VIEWING = "planner.view_role"
TEMPLATE = "admin/planner/role/try.html"


class TryForm(forms.Form):
    """The career, and a few answers of one's own; without these, only the examples."""

    career = forms.ChoiceField(label=gettext_lazy("Career"))
    start = forms.DateField(
        label=gettext_lazy("Start"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    hours = forms.FloatField(
        label=gettext_lazy("Free hours a week"),
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        help_text=gettext_lazy("Fill it in to plan for somebody else as well."),
    )
    education = forms.ChoiceField(label=gettext_lazy("Finished degree"), required=False)
    field = forms.ChoiceField(label=gettext_lazy("In the field"), required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("career", [(role.slug, role.title) for role in catalogue.careers()])
        levels = [(level, capital(name)) for level, name in LEVEL_NAMES.items()]
        self._offer("education", [("", _("none")), *levels])
        codes = {degree.field for degree in catalogue.degrees.values() if degree.field}
        fields = [(code, catalogue.fields.get(code, code)) for code in codes]
        by_title = sorted(fields, key=lambda field: field[1])
        self._offer("field", [("", _("none")), *by_title])

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
        field.choices = list(choices)

    def clean_start(self) -> date | None:
        start: date | None = self.cleaned_data["start"]
        if start is not None and not FIRST_START <= start <= LAST_START:
            raise forms.ValidationError(
                _("Give a day from %(first)s to %(last)s.")
                % {"first": FIRST_START.year, "last": LAST_START.year}
            )
        return start

    def own(self, today: date) -> Sample | None:
        """Return the person that was filled in; None where nobody was."""
        answers = self.cleaned_data
        if answers["hours"] is None:
            return None
        level = answers["education"]
        has_field = answers["field"] and level != "high-school"
        education = Education(
            level=level or "high-school",
            field=answers["field"] if has_field else "",
            finished=today,
        )
        background = Background(
            career=answers["career"],
            start=answers["start"] or today,
            hours_per_week=answers["hours"],
            education=(education,) if level else (),
        )
        return Sample(_("your own answers"), background)


@dataclass(frozen=True, slots=True)
class PlanInWords:
    """A plan as the page shows it."""

    side: str
    headline: str
    steps: tuple[tuple[str, str], ...]  # title with mode, dates
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One person's two plans, and what the draft makes of the arrival."""

    name: str
    about: str
    moved: str
    plans: tuple[PlanInWords, ...]


def try_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Plan for three people, and for one's own answers, with draft and published."""
    if not request.user.has_perm(VIEWING):
        raise PermissionDenied
    context: dict[str, Any] = {
        **site.each_context(request),
        "opts": Role._meta,
        "title": _("Try a career"),
        "form": None,
    }
    try:
        draft, published = reviewing.both_catalogues()
    except ValueError as error:
        # A circle, or a requirement without anything that meets it.
        context["problem"] = str(error)
        return TemplateResponse(request, TEMPLATE, context, status=409)
    today = timezone.localdate()
    form = TryForm(request.GET if request.GET else None, catalogue=draft)
    status = 200
    if form.is_valid():
        career = form.cleaned_data["career"]
        own = form.own(today)
        people = [*([own] if own else []), *samples(career, today)]
        context["title"] = _("Try: %(career)s") % {"career": draft.roles[career].title}
        context["trials"] = [trial(person, draft, published) for person in people]
    elif form.is_bound:
        status = 422
    return TemplateResponse(request, TEMPLATE, {**context, "form": form}, status=status)


def trial(person: Sample, draft: Catalogue, published: Catalogue | None) -> Trial:
    """Plan for one person with the draft, and with what is published if it can be."""
    career = f"role:{person.background.career}"
    both = (
        [draft] if published is None or career not in published else [published, draft]
    )
    background = known_to(person.background, *both)
    plans = [make_plan(catalogue, background) for catalogue in both]
    sides = [_("Published"), _("Draft")] if len(both) == 2 else [_("Draft")]
    moved = _("It can be planned only with the draft.")
    if len(plans) == 2:
        moved = PlanMove(name=person.name, before=plans[0], after=plans[1]).in_words
    return Trial(
        name=capital(person.name),
        about=_about(background, draft),
        moved=capital(moved),
        plans=tuple(
            _in_words(side, plan) for side, plan in zip(sides, plans, strict=True)
        ),
    )


def _about(background: Background, catalogue: Catalogue) -> str:
    """Say what somebody brings."""
    words = [
        _("starts on %(day)s") % {"day": day_words(background.start)},
        _("%(hours)g free hours a week") % {"hours": background.hours_per_week},
    ]
    if not background.full_time_study:
        words.append(_("no full-time study"))
    for education in background.education:
        name = LEVEL_NAMES[education.level]
        title = catalogue.fields.get(education.field, education.field)
        words.append(f"{name} in {title}" if title else name)
    for held in background.experience:
        title = catalogue.roles[held.role].title
        words.append(
            _("%(months)g months as %(role)s") % {"months": held.months, "role": title}
        )
    words += [
        f"{catalogue.skills[slug].title} ({mastery})"
        for slug, mastery in background.skills.items()
    ]
    return ", ".join(words)


def _in_words(side: str, plan: Plan) -> PlanInWords:
    if plan.arrival is None:
        headline = _("No plan")
    else:
        headline = _("Arrives on %(day)s, after %(time)s") % {
            "day": day_words(plan.arrival),
            "time": about(plan.start, plan.arrival),
        }
    return PlanInWords(
        side=side,
        headline=headline,
        steps=tuple(
            (
                f"{step.title} ({step.mode})",
                f"{day_words(step.start)} – {day_words(step.finish)}",
            )
            for step in plan.steps
        ),
        obstacles=plan.obstacles,
    )
