"""The facts that a plan stands on: what can be attained, and what each thing takes.

Everything here is frozen, keyed by slug, and refuses to be wrong. A *thing* is
a degree, a role, a skill or a milestone; its id is `kind:slug`, for example
`degree:bachelor-computer-science`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

Kind = Literal["degree", "role", "skill", "milestone"]
Unit = Literal["years", "months", "weeks", "hours"]
Strength = Literal["required", "recommended", "optional"]
Scope = Literal["always", "as-target", "on-the-way"]
Starts = Literal["any", "term", "window"]

KINDS: tuple[Kind, ...] = ("degree", "role", "skill", "milestone")
LEVELS = (
    "high-school",
    "certificate",
    "associate",
    "bachelor",
    "master",
    "doctorate",
)
LEVEL_NAMES = {
    "high-school": "high school diploma",
    "certificate": "certificate",
    "associate": "associate's degree",
    "bachelor": "bachelor's degree",
    "master": "master's degree",
    "doctorate": "doctorate",
}

WEEKS_IN = {"years": 365.25 / 7, "months": 365.25 / 12 / 7, "weeks": 1.0}


def rank(level: str) -> int:
    """Return where a level of education stands: 0 (high school) to 5 (doctorate)."""
    return LEVELS.index(level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A three-point estimate, as in PERT: low, likely and high, in one unit.

    `years`, `months` and `weeks` are calendar time; `hours` are effort, which
    takes as many weeks as the student's free hours make of it.
    """

    low: float
    likely: float
    high: float
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.likely <= self.high:
            raise ValueError(
                f"An estimate must have 0 <= low <= likely <= high, not {self.low}, "
                f"{self.likely}, {self.high}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What something costs, in US dollars, and the slug of the source that says so."""

    amount: float
    per: Literal["year", "whole"]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way to do a thing: how long it takes, and what it takes of a week.

    `hours_per_week` is the load; None means effort at the student's own pace.
    `is_main` says that it is the main occupation while it lasts (40 hours a
    week beside which the free hours remain); otherwise its load comes out of
    the free hours. `is_academic` says that it runs in term only, so that
    summers are free.
    """

    name: str
    takes: Estimate
    hours_per_week: float | None
    is_main: bool = False
    is_academic: bool = False
    cost: Cost | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if (self.takes.unit == "hours") != (self.hours_per_week is None):
            raise ValueError(
                f"Mode {self.name!r} must have a weekly load or be effort in hours, "
                "not both."
            )
        if (
            self.cost is not None
            and self.cost.per == "year"
            and self.takes.unit == "hours"
        ):
            raise ValueError(
                f"Mode {self.name!r} is effort in hours, so it has no cost a year."
            )
        if self.is_main and self.hours_per_week is None:
            raise ValueError(f"Mode {self.name!r} needs a weekly load to be main.")

    def part(self, share: float) -> Mode:
        """Return what a share of it takes and costs."""
        low, likely, high = (
            share * x for x in (self.takes.low, self.takes.likely, self.takes.high)
        )
        takes = replace(self.takes, low=low, likely=likely, high=high)
        if self.cost is None or self.cost.per == "year":
            return replace(self, takes=takes)
        cost = replace(self.cost, amount=share * self.cost.amount)
        return replace(self, takes=takes, cost=cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of each year in which a thing has to lie, both days included."""

    from_month: int
    from_day: int
    to_month: int
    to_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way to meet a requirement: a thing, or any degree of a level.

    `share` is the share of it that must be done, above 0 and up to 1 (an
    internship may begin once half of the degree is). `months` says how long a
    role must have been held.
    """

    thing: str | None = None
    level: str | None = None
    share: float = 1.0
    months: Estimate | None = None

    def __post_init__(self) -> None:
        if (self.thing is None) == (self.level is None):
            raise ValueError("An alternative names either a thing or a level.")
        if not 0 < self.share <= 1:
            raise ValueError(f"A share lies above 0 and up to 1, not {self.share}.")
        is_role = self.thing is not None and self.thing.startswith("role:")
        if is_role != (self.months is not None):
            raise ValueError(
                f"{self.thing or self.level}: months belong to roles, and only there."
            )

    @property
    def kind(self) -> str:
        """The kind of thing it names; empty where it names a level."""
        return (self.thing or "").partition(":")[0]

    @property
    def slug(self) -> str:
        """The slug of the thing it names; empty where it names a level."""
        return (self.thing or "").partition(":")[2]

    @property
    def asks_for_degree(self) -> bool:
        return self.level is not None or self.kind == "degree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something needed, met by any one of its alternatives.

    The scope says when a role's requirement counts: always, only when the role
    is the target, or only when it is held on the way to another.
    """

    text: str
    alternatives: tuple[Alternative, ...]
    strength: Strength = "required"
    scope: Scope = "always"

    def __post_init__(self) -> None:
        if not self.alternatives:
            raise ValueError(f"Requirement {self.text!r} has no alternative.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """A skill that a thing teaches, fully or partly (partly leaves half its hours)."""

    skill: str
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What all four kinds have in common."""

    slug: str
    title: str
    summary: str = ""
    modes: tuple[Mode, ...] = ()
    starts: Starts = "any"
    window: Window | None = None
    requires: tuple[Requirement, ...] = ()
    teaches: tuple[Teaching, ...] = ()
    sources: tuple[str, ...] = ()
    is_generated: bool = False  # made from public data, and reviewed by nobody yet

    @property
    def kind(self) -> Kind:
        raise NotImplementedError

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.slug}"

    def __post_init__(self) -> None:
        if (self.starts == "window") != (self.window is not None):
            raise ValueError(f"{self.slug!r}: a window goes with starts='window'.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree(Thing):
    """A level of education in a field of study (a CIP 2020 code).

    `counts_as` lists further CIP codes, of 2, 4 or 6 digits, that are taken for
    this degree: a bachelor's in 11.0101 counts as one in computer science.
    """

    level: str
    field: str = ""
    counts_as: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        return "degree"

    def takes_field(self, code: str) -> bool:
        """Say whether a degree in this CIP field counts as this degree."""
        return not self.field or any(
            code == own or code.startswith(own if "." in own else f"{own}.")
            for own in (self.field, *self.counts_as)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Thing):
    """A job one can hold, on the way or as the target.

    How long it is held is said by the requirement that takes it. `search` is
    the slug of the milestone by which one gets hired; it may begin once
    `search_share` of everything else that the role requires is done.
    """

    is_career: bool = False
    search: str | None = None
    search_share: float = 0.9

    @property
    def kind(self) -> Kind:
        return "role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Thing):
    """Something one knows or can do."""

    @property
    def kind(self) -> Kind:
        return "skill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Thing):
    """Every other dated thing: internship, portfolio, certificate, job search.

    `is_work` tells an internship, which is a job, from a bootcamp, which is
    full-time study. A closed certification is never planned.
    """

    is_work: bool = False
    is_closed: bool = False

    @property
    def kind(self) -> Kind:
        return "milestone"

    @property
    def is_bootcamp(self) -> bool:
        """Say whether it can be full-time study without being a degree."""
        return not self.is_work and any(mode.is_main for mode in self.modes)


ThingT = TypeVar("ThingT", bound=Thing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that admins published, as one immutable version."""

    version: str
    degrees: Mapping[str, Degree] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    skills: Mapping[str, Skill] = field(default_factory=dict)
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)  # CIP code to title
    currency: str = "USD"

    def __post_init__(self) -> None:
        for owner in self.things():
            for name in names_in(owner):
                if name not in self:
                    raise ValueError(f"{owner.id} names {name}, which is not here.")
        if cycle := find_cycle(self):
            raise ValueError("Requirements go in a circle: " + " → ".join(cycle))

    def __contains__(self, thing_id: object) -> bool:
        if not isinstance(thing_id, str):
            return False
        kind, _, slug = thing_id.partition(":")
        return kind in KINDS and slug in self._shelf(kind)

    def __getitem__(self, thing_id: str) -> Thing:
        kind, _, slug = thing_id.partition(":")
        return self._shelf(kind)[slug]

    def _shelf(self, kind: str) -> Mapping[str, Thing]:
        shelves: dict[str, Mapping[str, Thing]] = {
            "degree": self.degrees,
            "role": self.roles,
            "skill": self.skills,
            "milestone": self.milestones,
        }
        return shelves[kind]

    def within(self, thing_ids: Iterable[str]) -> Catalogue:
        """Return what these things lead to, with all that editors have reviewed.

        Of what is made from public data only that is kept which one of the things,
        or something that it names, names: a plan for a nurse is none of a welder's
        business, and one's degree is no option of the other.
        """
        kept: set[str] = set()
        todo = [name for name in thing_ids if name in self]
        while todo:
            name = todo.pop()
            if name not in kept:
                kept.add(name)
                todo.extend(names_in(self[name]))
        if all(thing.id in kept for thing in self.things() if thing.is_generated):
            return self
        return replace(
            self,
            degrees=_reviewed_or_kept(self.degrees, kept),
            roles=_reviewed_or_kept(self.roles, kept),
            skills=_reviewed_or_kept(self.skills, kept),
            milestones=_reviewed_or_kept(self.milestones, kept),
        )

    def title_of(self, step_id: str) -> str:
        """Return what a step is called: a thing, or the job search of a role.

        A step of neither, such as a degree of no catalogue, goes by its id.
        """
        if step_id in self:
            return self[step_id].title
        for role in self.roles.values():
            if role.search and step_id == f"milestone:{role.search}-{role.slug}":
                return f"{self.milestones[role.search].title}: {role.title.lower()}"
        return step_id

    def things(self) -> Iterator[Thing]:
        """Yield every thing: degrees, roles, skills, milestones, in their order."""
        yield from self.degrees.values()
        yield from self.roles.values()
        yield from self.skills.values()
        yield from self.milestones.values()

    def careers(self) -> list[Role]:
        """Return the roles that one can plan for, by title."""
        return sorted(
            (role for role in self.roles.values() if role.is_career),
            key=lambda role: (role.title, role.slug),
        )


def _reviewed_or_kept(
    things: Mapping[str, ThingT], kept: Collection[str]
) -> dict[str, ThingT]:
    return {
        slug: thing
        for slug, thing in things.items()
        if not thing.is_generated or thing.id in kept
    }


def names_in(thing: Thing) -> Iterator[str]:
    """Yield the id of every other thing that this one names."""
    for requirement in thing.requires:
        for alternative in requirement.alternatives:
            if alternative.thing is not None:
                yield alternative.thing
    for teaching in thing.teaches:
        yield f"skill:{teaching.skill}"
    if isinstance(thing, Role) and thing.search is not None:
        yield f"milestone:{thing.search}"


def edges(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return, for the id of each thing, the ids that its requirements can lead to."""
    by_level: dict[str, list[str]] = {}
    for degree in catalogue.degrees.values():
        if not degree.is_generated:
            by_level.setdefault(degree.level, []).append(degree.id)
    found: dict[str, list[str]] = {}
    for thing in catalogue.things():
        targets: list[str] = []
        for requirement in thing.requires:
            for alternative in requirement.alternatives:
                if alternative.thing is not None:
                    targets.append(alternative.thing)
                elif alternative.level is not None:
                    targets.extend(by_level.get(alternative.level, []))
        if isinstance(thing, Role) and thing.search is not None:
            targets.append(f"milestone:{thing.search}")
        found[thing.id] = sorted(set(targets))
    return found


def find_cycle(catalogue: Catalogue) -> list[str]:
    """Return the ids along a circle of requirements, or an empty list."""
    return cycle_in(edges(catalogue))


def cycle_in(graph: Mapping[str, list[str]]) -> list[str]:
    """Return the nodes along a circle of a directed graph, or an empty list.

    Depth-first without recursion, so that a long chain cannot exhaust the stack.
    The first node is repeated at the end.
    """
    done: set[str] = set()
    for root in sorted(graph):
        if root in done:
            continue
        path: list[str] = [root]
        on_path = {root}
        todo = [iter(graph.get(root, ()))]
        while todo:
            for node in todo[-1]:
                if node in on_path:
                    return [*path[path.index(node) :], node]
                if node not in done:
                    path.append(node)
                    on_path.add(node)
                    todo.append(iter(graph.get(node, ())))
                    break
            else:
                todo.pop()
                done.add(path[-1])
                on_path.discard(path.pop())
    return []
