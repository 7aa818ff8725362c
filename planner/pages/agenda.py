"""How a kept roadmap stands on a day: what is done, what is late, what to do now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from planner.engine.background import Mark
from planner.engine.facts import Catalogue
from planner.engine.plans import Plan, Step
from planner.pages.steps import anchor_of, by_date
from planner.pages.words import day_words, span

Kind = Literal["done", "running", "late", "ahead"]

AHEAD = timedelta(days=31)
A_WEEK = timedelta(days=7)  # plans count in weeks: within one, nothing is late


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """What became of a step so far; `text` is empty while there is nothing to say."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A step to do now or next, and when."""

    title: str
    anchor: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillState:
    """A skill that the career asks for, whether it is there, and from where."""

    title: str
    is_there: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """This month: what is late, what runs, what comes; and what is done already."""

    late: tuple[Task, ...]
    now: tuple[Task, ...]
    soon: tuple[Task, ...]  # within the next month
    later: Task | None  # the next step, where nothing is to do before
    done: int
    steps: int
    states: Mapping[str, StepState]  # by the id of the step
    skills: tuple[SkillState, ...]

    @property
    def is_all_done(self) -> bool:
        return self.done == self.steps > 0


def agenda(
    plan: Plan, marks: Mapping[str, Mark], catalogue: Catalogue, today: date
) -> Agenda:
    """Say how a plan stands on a day, by the marks that its owner made."""
    ordered = sorted(plan.steps, key=by_date)
    states = {s.id: state_of(s, marks.get(s.id, Mark()), today) for s in ordered}
    ahead = [s for s in ordered if states[s.id].kind == "ahead"]
    soon = [s for s in ahead if s.start <= today + AHEAD]
    late = [s for s in ordered if states[s.id].kind == "late"]
    running = [s for s in ordered if states[s.id].kind == "running"]
    has_some = late or running or soon
    return Agenda(
        late=tuple(_task(s, states[s.id].text) for s in late),
        now=tuple(_task(s, states[s.id].text) for s in running),
        soon=tuple(_task(s, f"from {day_words(s.start)}") for s in soon),
        later=None
        if has_some or not ahead
        else _task(ahead[0], f"from {day_words(ahead[0].start)}"),
        done=sum(state.kind == "done" for state in states.values()),
        steps=len(ordered),
        states=states,
        skills=tuple(_skills(plan, marks, catalogue)),
    )


def state_of(step: Step, mark: Mark, today: date) -> StepState:
    """Say what became of a step, and whether it is late on a day."""
    if mark.finished is not None:
        return StepState(kind="done", text=f"Done on {day_words(mark.finished)}.")
    planned_end = mark.expected or step.finish
    if mark.started is not None:
        since = f"Under way since {day_words(mark.started)}"
        if planned_end <= today - A_WEEK:
            text = f"{since}; it was to be done by {day_words(planned_end)}."
            return StepState(kind="late", text=text)
        return StepState(kind="running", text=f"{since}, until {_until(planned_end)}.")
    if step.because.kind == "in-progress":
        if step.finish <= today - A_WEEK:
            text = f"It was to be done by {day_words(step.finish)}."
            return StepState(kind="late", text=text)
        text = f"Under way, until {_until(step.finish)}."
        return StepState(kind="running", text=text)
    if step.start <= today - A_WEEK:
        late = span((today - step.start).days)
        text = f"It was to begin on {day_words(step.start)}, {late} ago."
        return StepState(kind="late", text=text)
    if step.start <= today:
        return StepState(kind="running", text=f"Begins now: {day_words(step.start)}.")
    return StepState(kind="ahead", text="")


def _until(finish: date) -> str:
    return day_words(finish - timedelta(days=1))


def _task(step: Step, when: str) -> Task:
    return Task(title=step.title, anchor=anchor_of(step.id), when=when)


def _skills(
    plan: Plan, marks: Mapping[str, Mark], catalogue: Catalogue
) -> Iterator[SkillState]:
    """Yield the skills of the career: there already, gained since, or still to come."""
    credited = {credit.by.partition(": ")[0] for credit in plan.credited}
    for slug in _asked(plan, catalogue):
        title = catalogue.skills[slug].title
        if title in credited or plan.background.skills.get(slug) == "solid":
            yield SkillState(title=title, is_there=True, text="known from the start")
            continue
        teachers = [
            s for s in sorted(plan.steps, key=_end) if _teaches(s, slug, catalogue)
        ]
        done = [
            (mark.finished, step)
            for step in teachers
            if (mark := marks.get(step.id)) and mark.finished is not None
        ]
        if done:
            day, step = min(done, key=lambda one: (one[0], one[1].id))
            text = f"from “{step.title}”, {day_words(day)}"
            yield SkillState(title=title, is_there=True, text=text)
        elif teachers:
            step = teachers[0]
            text = f"with “{step.title}”, by {day_words(step.finish)}"
            yield SkillState(title=title, is_there=False, text=text)


def _asked(plan: Plan, catalogue: Catalogue) -> list[str]:
    career = catalogue.roles[plan.background.career]
    named = [
        alternative.slug
        for requirement in career.requires
        for alternative in requirement.alternatives
        if alternative.kind == "skill"
    ]
    return list(dict.fromkeys(named))


def _end(step: Step) -> tuple[date, str]:
    return step.finish, step.id


def _teaches(step: Step, slug: str, catalogue: Catalogue) -> bool:
    if step.id == f"skill:{slug}":
        return True
    if step.id not in catalogue:
        return False
    return any(t.skill == slug and t.is_full for t in catalogue[step.id].teaches)
