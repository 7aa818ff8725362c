"""The background document: what a student brings, as JSON, checked field by field.

The web form, the API and the command all come through `read_background`.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, get_args

from planner.engine.background import (
    Background,
    Education,
    Experience,
    MastersMode,
    Mastery,
    Objective,
    Override,
    OwnMilestone,
    Pin,
    Progress,
    Tracked,
    Wish,
)
from planner.engine.facts import LEVELS, Catalogue
from planner.engine.owning import OWN, can_be_needed, with_own
from planner.studies import nearest_fields

FIRST_DAY = date(1900, 1, 1)
FIRST_START = date(2000, 1, 1)
LAST_START = date(2100, 12, 31)
MOST_HOURS = 80  # of a week's 168: beside a main occupation and sleep no more are left
MOST_MONEY = 10_000_000
MOST_MONTHS = 720
MOST_ENTRIES = 200
LONGEST_REASON = 500  # characters
LONGEST_TITLE = 120
NUL = "\x00"  # no text for people, and none that PostgreSQL keeps
BLANK = f"{NUL} \t\r\n"
MOST_OWN = 20
MOST_OWN_WEEKS = 520
MOST_OWN_HOURS = 10_000
OWN_SLUG = re.compile(rf"^{OWN}[a-z0-9-]{{1,60}}$")
STEP = re.compile(r"^(degree|role|skill|milestone):[a-z0-9-]{1,200}$")
BEGUN = re.compile(rf"^degree:({'|'.join(LEVELS)})-\d\d-\d{{4}}$")  # of no catalogue
LONGEST_STUDY = timedelta(days=366 * 15)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, and what to do; `field` reads skills.python."""

    field: str
    message: str


class BadInput(ValueError):
    """The document cannot be read as a background; `errors` says why."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__("; ".join(f"{e.field}: {e.message}" for e in self.errors))


def read_background(data: object, catalogue: Catalogue) -> Background:
    """Read and check a background document. Raises BadInput with every error found."""
    reader = _Reader(catalogue)
    background = reader.read(data)
    if reader.errors or background is None:
        raise BadInput(reader.errors)
    return background


def write_background(background: Background) -> dict[str, Any]:
    """Write a background as the document that `read_background` reads."""
    return {
        "career": background.career,
        "start": background.start.isoformat(),
        "hours_per_week": background.hours_per_week,
        "full_time_study": background.full_time_study,
        "masters": background.masters,
        "education": [
            {
                "level": education.level,
                **({"field": education.field} if education.field else {}),
                **_one_date(education),
            }
            for education in background.education
        ],
        "skills": dict(sorted(background.skills.items())),
        "experience": [
            {"role": experience.role, "months": experience.months}
            for experience in background.experience
        ],
        "done": list(background.done),
        "target_date": _iso(background.target_date),
        "budget": background.budget,
        "tuition_per_year": background.tuition_per_year,
        **_if_said(background),
    }


def _if_said(background: Background) -> dict[str, Any]:
    """Return the fields that came later, where they are not as they are by default."""
    said: dict[str, Any] = {
        name: value
        for name, default in LATER.items()
        if (value := getattr(background, name)) != default
    }
    for name in OWN_PAY:
        if getattr(background, name) is not None:
            said[name] = getattr(background, name)
    if background.pins:
        said["pins"] = [
            {"id": pin.id, "not_before": pin.not_before.isoformat()}
            if pin.not_before is not None
            else {"id": pin.id, "exactly": _iso(pin.exactly)}
            for pin in background.pins
        ]
    if background.not_needed:
        said["not_needed"] = [
            {"id": override.id, "because": override.because}
            for override in background.not_needed
        ]
    if background.own:
        said["own"] = [_own(own) for own in background.own]
    if background.progress is not None:
        said["progress"] = {
            "as_of": background.progress.as_of.isoformat(),
            "steps": [_tracked(step) for step in background.progress.steps],
        }
    return said


def _own(own: OwnMilestone) -> dict[str, Any]:
    takes = {"weeks": own.weeks} if own.hours is None else {"hours": own.hours}
    needs = {"needs": list(own.needs)} if own.needs else {}
    return {"slug": own.slug, "title": own.title, **takes, **needs}


def _tracked(step: Tracked) -> dict[str, Any]:
    days = {
        name: day.isoformat()
        for name in ("start", "finish", "started", "finished", "expected")
        if (day := getattr(step, name)) is not None
    }
    load = step.load_hours_per_week
    return {
        "id": step.id,
        "mode": step.mode,
        **days,
        **({} if load is None else {"load_hours_per_week": load}),
    }


def _one_date(education: Education) -> dict[str, str]:
    if education.finished is not None:
        return {"finished": education.finished.isoformat()}
    return {"expected": _iso(education.expected) or ""}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


# Written only where it differs, so that older documents stay as they are.
LATER = {"objective": "earliest", "masters_mode": "any", "bootcamp": "either"}
OWN_PAY = ("pay", "pay_with_masters")
KEYS = (
    "career",
    "start",
    "hours_per_week",
    "full_time_study",
    "masters",
    "education",
    "skills",
    "experience",
    "done",
    "target_date",
    "budget",
    "tuition_per_year",
    *LATER,
    *OWN_PAY,
    "pins",
    "not_needed",
    "own",
    "progress",
)


class _Reader:
    """Reads one document and collects what is wrong with it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.errors: list[FieldError] = []
        self.own_ids: set[str] = set()

    def _error(self, name: str, message: str) -> None:
        self.errors.append(FieldError(name, message))

    def read(self, data: object) -> Background | None:
        if not isinstance(data, Mapping):
            self._error("background", 'Give a JSON object, such as {"career": …}.')
            return None
        self._known_keys("", data, KEYS)
        career = self._career(data.get("career"))
        start = self._date("start", data.get("start"), needed=True)
        if start is not None and not FIRST_START <= start <= LAST_START:
            self._error(
                "start",
                f"{start} is out of range. "
                f"Give a day from {FIRST_START} to {LAST_START}.",
            )
            start = None
        hours = self._number(
            "hours_per_week", data.get("hours_per_week", 10), most=MOST_HOURS
        )
        full_time = self._flag("full_time_study", data.get("full_time_study", True))
        masters = self._choice("masters", data.get("masters", "either"), get_args(Wish))
        education = tuple(self._education(data.get("education"), start))
        skills = self._skills(data.get("skills"))
        experience = tuple(self._experience(data.get("experience")))
        done = tuple(self._done(data.get("done")))
        target = self._date("target_date", data.get("target_date"))
        if target is not None and start is not None and target <= start:
            self._error(
                "target_date",
                f"{target} is not after the start, {start}. Give a later day, or none.",
            )
        budget = self._money("budget", data.get("budget"))
        tuition = self._money("tuition_per_year", data.get("tuition_per_year"))
        chosen = {
            name: self._choice(name, data.get(name, default), get_args(kind))
            for (name, default), kind in zip(
                LATER.items(), (Objective, MastersMode, Wish), strict=True
            )
        }
        pay = {name: self._money(name, data.get(name)) for name in OWN_PAY}
        own = tuple(self._own(data.get("own"), career))
        self.own_ids = {one.id for one in own}
        pins = tuple(self._pins(data.get("pins")))
        not_needed = tuple(self._overrides(data.get("not_needed")))
        progress = self._progress(data.get("progress"), start)
        if self.errors or career is None or start is None:
            return None
        return Background(
            career=career,
            start=start,
            hours_per_week=hours if hours is not None else 10,
            full_time_study=full_time,
            masters=masters,  # type: ignore[arg-type]
            education=education,
            skills=skills,
            experience=experience,
            done=done,
            target_date=target,
            budget=budget,
            tuition_per_year=tuition,
            pins=pins,
            not_needed=not_needed,
            own=own,
            progress=progress,
            **chosen,  # type: ignore[arg-type]
            pay=pay["pay"],
            pay_with_masters=pay["pay_with_masters"],
        )

    # The parts

    def _career(self, value: object) -> str | None:
        careers = {role.slug: role.title for role in self.catalogue.careers()}
        if value is None or value == "":
            self._error("career", "Choose a career. It is needed.")
            return None
        return self._named("career", value, careers, "career")

    def _education(self, value: object, start: date | None) -> Iterator[Education]:
        for name, entry in self._entries("education", value):
            if not isinstance(entry, Mapping):
                self._error(name, 'Give an object, such as {"level": "bachelor", …}.')
                continue
            self._known_keys(
                f"{name}.", entry, ("level", "field", "finished", "expected")
            )
            before = len(self.errors)
            level = self._choice(f"{name}.level", entry.get("level"), LEVELS)
            code = self._field_of_study(f"{name}.field", entry.get("field"), level)
            finished = self._date(f"{name}.finished", entry.get("finished"))
            expected = self._date(f"{name}.expected", entry.get("expected"))
            if len(self.errors) > before:
                continue
            if (finished is None) == (expected is None):
                self._error(
                    f"{name}.finished",
                    "Give the day on which it was finished, or the day on which the "
                    "finish is expected: one of the two.",
                )
                continue
            if finished is not None and start is not None and finished > start:
                self._error(
                    f"{name}.finished",
                    f"{finished} lies after the start, {start}. Give it as expected "
                    "instead, or start later.",
                )
                continue
            if (
                expected is not None
                and start is not None
                and expected > start + LONGEST_STUDY
            ):
                self._error(
                    f"{name}.expected",
                    f"{expected} is more than 15 years after the start. Give an "
                    "earlier day.",
                )
                continue
            yield Education(
                level=level, field=code, finished=finished, expected=expected
            )

    def _field_of_study(self, name: str, value: object, level: str) -> str:
        if value is None or value == "":
            if level != "high-school":
                self._error(
                    name,
                    "Give the field of study as a CIP 2020 code, such as 11.0701 for "
                    "computer science.",
                )
            return ""
        fields = self.catalogue.fields
        if isinstance(value, str) and value in fields:
            return value
        near = nearest_fields(fields, str(value)[:100], most=1)
        hint = "".join(f" Did you mean {code} ({title})?" for code, title in near)
        self._error(name, f"{_shown(value)} is no CIP 2020 code.{hint}")
        return ""

    def _skills(self, value: object) -> dict[str, Mastery]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._error("skills", 'Give an object, such as {"python": "solid"}.')
            return {}
        if len(value) > MOST_ENTRIES:
            self._error(
                "skills",
                f"{len(value)} skills are too many. Give at most {MOST_ENTRIES}, those "
                "that matter for the career.",
            )
            return {}
        known = {slug: skill.title for slug, skill in self.catalogue.skills.items()}
        skills: dict[str, Mastery] = {}
        for slug, mastery in value.items():
            name = f"skills.{slug}"
            if self._named(name, slug, known, "skill") is not None:
                level = self._choice(name, mastery, get_args(Mastery))
                skills[str(slug)] = "solid" if level == "solid" else "some"
        return skills

    def _experience(self, value: object) -> Iterator[Experience]:
        roles = {slug: role.title for slug, role in self.catalogue.roles.items()}
        for name, entry in self._entries("experience", value):
            if not isinstance(entry, Mapping):
                self._error(name, 'Give an object, such as {"role": …, "months": 6}.')
                continue
            self._known_keys(f"{name}.", entry, ("role", "months"))
            role = self._named(f"{name}.role", entry.get("role"), roles, "role")
            months = self._number(
                f"{name}.months", entry.get("months"), most=MOST_MONTHS
            )
            if role is not None and months is not None:
                yield Experience(role=role, months=months)

    def _done(self, value: object) -> Iterator[str]:
        titles = {slug: m.title for slug, m in self.catalogue.milestones.items()}
        for name, entry in self._entries("done", value):
            slug = self._named(name, entry, titles, "milestone")
            if slug is not None:
                yield slug

    def _pins(self, value: object) -> Iterator[Pin]:
        seen: set[str] = set()
        for name, entry in self._objects(
            "pins", value, ("id", "not_before", "exactly")
        ):
            step = self._step(f"{name}.id", entry.get("id"))
            before = len(self.errors)
            not_before = self._date(f"{name}.not_before", entry.get("not_before"))
            exactly = self._date(f"{name}.exactly", entry.get("exactly"))
            if len(self.errors) > before:
                continue
            if (not_before is None) == (exactly is None):
                self._error(
                    f"{name}.not_before",
                    "Give the first day on which it may start, or exactly the day on "
                    "which it does: one of the two.",
                )
            elif step in seen:
                self._error(
                    f"{name}.id", "There are two dates for it. Leave one of them."
                )
            elif step is not None:
                seen.add(step)
                yield Pin(id=step, not_before=not_before, exactly=exactly)

    def _overrides(self, value: object) -> Iterator[Override]:
        for name, entry in self._objects("not_needed", value, ("id", "because")):
            step = self._step(f"{name}.id", entry.get("id"))
            because = entry.get("because")
            if not isinstance(because, str) or not because.strip(BLANK):
                self._error(
                    f"{name}.because", "Say in a few words why it is not needed."
                )
            elif len(because) > LONGEST_REASON:
                self._error(
                    f"{name}.because",
                    f"Give at most {LONGEST_REASON} characters; these are "
                    f"{len(because):,}.",
                )
            elif step is not None:
                yield Override(id=step, because=because.replace(NUL, "").strip())

    def _own(self, value: object, career: str | None) -> Iterator[OwnMilestone]:
        keys = ("slug", "title", "weeks", "hours", "needs")
        entries = list(self._objects("own", value, keys))
        if len(entries) > MOST_OWN:
            self._error("own", f"{len(entries)} are too many. Give at most {MOST_OWN}.")
            return
        ids = {f"milestone:{entry.get('slug')}" for _name, entry in entries}
        found: list[OwnMilestone] = []
        for name, entry in entries:
            before = len(self.errors)
            slug, title = entry.get("slug"), entry.get("title")
            if not isinstance(slug, str) or not OWN_SLUG.match(slug):
                self._error(f"{name}.slug", f"Give a slug such as {OWN}move-to-berlin.")
            elif slug in {one.slug for one in found}:
                self._error(f"{name}.slug", f"{_shown(slug)} is there already.")
            if not isinstance(title, str) or not title.strip(BLANK):
                self._error(f"{name}.title", "Say in a few words what it is.")
            elif len(title) > LONGEST_TITLE:
                self._error(
                    f"{name}.title",
                    f"Give at most {LONGEST_TITLE} characters; these are {len(title)}.",
                )
            takes = self._own_takes(name, entry)
            needs = tuple(self._own_needs(f"{name}.needs", entry, career, ids))
            if len(self.errors) == before:
                found.append(
                    OwnMilestone(
                        slug=str(slug),
                        title=str(title).replace(NUL, "").strip(),
                        needs=needs,
                        **takes,
                    )
                )
        yield from self._without_circle(found, career)

    def _own_takes(self, name: str, entry: Mapping[Any, Any]) -> dict[str, float]:
        given = [unit for unit in ("weeks", "hours") if entry.get(unit) is not None]
        if len(given) != 1:
            self._error(
                f"{name}.weeks",
                "Give the weeks that it takes beside everything else, or the hours "
                "that it takes of your free time: one of the two.",
            )
            return {}
        [unit] = given
        most = MOST_OWN_WEEKS if unit == "weeks" else MOST_OWN_HOURS
        amount = self._number(f"{name}.{unit}", entry[unit], most=most)
        return {} if amount is None else {unit: amount}

    def _own_needs(
        self,
        name: str,
        entry: Mapping[Any, Any],
        career: str | None,
        own: Collection[str],
    ) -> Iterator[str]:
        if career is None:
            return
        role = self.catalogue.roles[career]
        for place, need in self._entries(name, entry.get("needs")):
            can_be = isinstance(need, str) and (
                need in own or can_be_needed(self.catalogue, role, need)
            )
            if can_be:
                yield str(need)
            else:
                self._error(
                    place,
                    f"Nothing can wait for {_shown(need)} here. Give the id of a step "
                    "that comes before the arrival, or leave it out.",
                )

    def _without_circle(
        self, own: list[OwnMilestone], career: str | None
    ) -> list[OwnMilestone]:
        """Return them, unless they wait for each other in a circle."""
        if not own or career is None or self.errors:
            return own
        try:
            with_own(
                self.catalogue,
                Background(career=career, start=FIRST_START, own=tuple(own)),
            )
        except ValueError:
            self._error(
                "own", "They wait for each other in a circle. Let one wait for none."
            )
        return own

    def _progress(self, value: object, start: date | None) -> Progress | None:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self._error("progress", 'Give an object, such as {"as_of": …, "steps": …}.')
            return None
        self._known_keys("progress.", value, ("as_of", "steps"))
        as_of = self._date("progress.as_of", value.get("as_of"), needed=True)
        if as_of is not None and start is not None and as_of < start:
            self._error(
                "progress.as_of",
                f"{as_of} lies before the start, {start}. Give a day since then.",
            )
        steps = tuple(self._tracked(value.get("steps"), as_of))
        return None if as_of is None else Progress(as_of=as_of, steps=steps)

    def _tracked(self, value: object, as_of: date | None) -> Iterator[Tracked]:
        days = ("start", "finish", "started", "finished", "expected")
        keys = ("id", "mode", *days, "load_hours_per_week")
        seen: set[str] = set()
        for name, entry in self._objects("progress.steps", value, keys):
            before = len(self.errors)
            step = self._step(f"{name}.id", entry.get("id"))
            mode = entry.get("mode", "")
            if not isinstance(mode, str) or len(mode) > LONGEST_REASON:
                self._error(f"{name}.mode", "Give the mode as in the plan.")
            found = {
                day: self._date(
                    f"{name}.{day}",
                    entry.get(day),
                    needed=day in ("start", "finish"),
                )
                for day in days
            }
            load = entry.get("load_hours_per_week")
            if load is not None:
                load = self._number(f"{name}.load_hours_per_week", load, most=168)
            if len(self.errors) > before or step is None or as_of is None:
                continue
            if step in seen:
                self._error(f"{name}.id", f"{_shown(step)} is there already. Leave it.")
            elif wrong := _out_of_order(found, as_of):
                self._error(f"{name}.{wrong[0]}", wrong[1])
            else:
                seen.add(step)
                yield Tracked(
                    id=step,
                    mode=str(mode),
                    load_hours_per_week=load,
                    **found,  # type: ignore[arg-type]
                )

    def _objects(
        self, name: str, value: object, keys: tuple[str, ...]
    ) -> Iterator[tuple[str, Mapping[Any, Any]]]:
        for place, entry in self._entries(name, value):
            if not isinstance(entry, Mapping):
                self._error(place, f"Give an object with {', '.join(keys)}.")
                continue
            self._known_keys(f"{place}.", entry, keys)
            yield place, entry

    def _step(self, name: str, value: object) -> str | None:
        """Return the id of a step: of a thing, a job search, or a degree begun."""
        if isinstance(value, str) and STEP.match(value):
            searches = {
                f"milestone:{role.search}-{role.slug}"
                for role in self.catalogue.roles.values()
                if role.search is not None
            }
            known = value in self.catalogue or value in self.own_ids
            if known or value in searches or BEGUN.match(value):
                return value
        titles = {thing.id: thing.title for thing in self.catalogue.things()}
        return self._named(name, value, titles, "step")

    # The kinds of values

    def _entries(self, name: str, value: object) -> Iterator[tuple[str, object]]:
        if value is None:
            return
        if not isinstance(value, list | tuple):
            self._error(name, "Give a list.")
            return
        if len(value) > MOST_ENTRIES:
            self._error(
                name,
                f"{len(value)} entries are too many. Give at most {MOST_ENTRIES}.",
            )
            return
        for index, entry in enumerate(value):
            yield f"{name}[{index}]", entry

    def _known_keys(
        self, prefix: str, data: Mapping[Any, Any], known: tuple[str, ...]
    ) -> None:
        for key in data:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, 1, 0)
                self._error(
                    f"{prefix}{key}", f"There is no such key. The nearest is {near[0]}."
                )

    def _named(
        self, name: str, value: object, titles: Mapping[str, str], kind: str
    ) -> str | None:
        if isinstance(value, str) and value in titles:
            return value
        if value is None:
            self._error(name, f"Give the slug of a {kind}.")
            return None
        near = self._nearest(str(value), titles)
        hint = f" The nearest is {near}." if near else ""
        self._error(name, f"{_shown(value)} is no {kind} that we know.{hint}")
        return None

    def _nearest(self, value: str, titles: Mapping[str, str]) -> str | None:
        """Return the key nearest to what was given, by key or title."""
        value = value[:100].lower()
        names: dict[str, str] = {}
        for key, title in titles.items():
            names.setdefault(key.lower(), key)
            names.setdefault(title.lower(), key)
        near = difflib.get_close_matches(value, names, 1, 0)
        return names[near[0]] if near else None

    def _choice(self, name: str, value: object, choices: tuple[str, ...]) -> str:
        if isinstance(value, str) and value in choices:
            return value
        near = difflib.get_close_matches(str(value)[:100], choices, 1, 0.4)
        hint = f" The nearest is {near[0]}." if near and value is not None else ""
        self._error(name, f"Give one of {', '.join(choices)}.{hint}")
        return choices[0]

    def _flag(self, name: str, value: object) -> bool:
        if isinstance(value, bool):
            return value
        self._error(name, "Give true or false.")
        return True

    def _date(self, name: str, value: object, *, needed: bool = False) -> date | None:
        if value is None or value == "":
            if needed:
                self._error(name, "Give a day as YYYY-MM-DD. It is needed.")
            return None
        if isinstance(value, str) and len(value) == 10:
            try:
                day = date.fromisoformat(value)
            except ValueError:
                pass
            else:
                if day >= FIRST_DAY:
                    return day
                self._error(name, f"{value} is too long ago. Give a day from 1900 on.")
                return None
        self._error(
            name,
            f"{_shown(value)} is no day. Give one as YYYY-MM-DD, such as 2027-08-15.",
        )
        return None

    def _number(self, name: str, value: object, *, most: float) -> float | None:
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and 0 <= value <= most
        ):
            return value
        if name == "hours_per_week":
            reason = (
                "A week has 168 hours; beside a main occupation and sleep at most "
                f"{most} are left. Give a number from 0 to {most}."
            )
        else:
            reason = f"Give a number from 0 to {most}."
        self._error(name, reason)
        return None

    def _money(self, name: str, value: object) -> float | None:
        if value is None:
            return None
        return self._number(name, value, most=MOST_MONEY)


def _out_of_order(
    days: Mapping[str, date | None], as_of: date
) -> tuple[str, str] | None:
    """Return which day cannot be, and why, or None if all can."""
    started, finished = days["started"], days["finished"]
    expected = days["expected"]
    planned, done = days["start"], days["finish"]
    if planned is not None and done is not None and done < planned:
        return "finish", f"{done} lies before its start, {planned}. Mend one of them."
    if started is not None and started > as_of:
        return "started", f"{started} lies after {as_of}. Leave it out until it starts."
    if finished is not None:
        if finished > as_of:
            return "finished", f"{finished} lies after {as_of}. Give it as expected."
        if started is not None and finished < started:
            return "finished", f"{finished} lies before its start, {started}."
        if expected is not None:
            return "expected", "It is finished, so nothing is expected. Leave this out."
    if expected is not None:
        if started is None:
            return "started", "Say when it started, or leave out what is expected."
        if expected <= as_of:
            return "expected", f"{expected} is past. Give a day after {as_of}."
    return None


def _shown(value: object) -> str:
    """Show what was given, cut where it is long."""
    text = value if isinstance(value, str) else repr(value)
    return f"“{text if len(text) <= 60 else text[:57] + '…'}”"
