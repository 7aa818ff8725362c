"""What is wrong with a catalogue, in sentences for the editor who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.documents.catalogue import needs_of, read_catalogue, things_in, titles_in
from planner.engine.facts import (
    LEVELS,
    Alternative,
    Catalogue,
    Degree,
    Milestone,
    Requirement,
    Role,
    Skill,
    Thing,
    cycle_in,
    names_in,
    rank,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, in a sentence, and the row in which to mend it."""

    text: str
    about: str = ""  # such as role:nurse, requirement:nurse-degree, source:survey


def problems_in(document: Mapping[str, Any]) -> list[str]:
    """Return what keeps a document from being published; an empty list if nothing."""
    return [finding.text for finding in blocking_in(document)]


def blocking_in(document: Mapping[str, Any]) -> list[Finding]:
    """Return what keeps a document from being published, and where to mend it.

    Nothing here solves anything: whether a career can be reached is asked of the
    facts alone, for somebody with a high school diploma and all the time there is.
    """
    blocking = [*_empty_requirements(document), *_circles(document)]
    problems = [*blocking, *_missing_sources(document), *_missing_modes(document)]
    if not blocking:
        try:
            catalogue = read_catalogue(document, "draft")
        except ValueError as error:
            return [*problems, Finding(str(error))]
        problems += _unreachable(catalogue)
    return problems


def circle_in_words(titles: list[str]) -> str:
    """Say a circle of requirements, whose first title is repeated at the end."""
    first, *others = (f"“{title}”" for title in titles)
    return f"{first} requires " + ", which requires ".join(others)


def _empty_requirements(document: Mapping[str, Any]) -> Iterator[Finding]:
    for _, entry in things_in(document):
        for requirement in entry["requires"]:
            if not requirement["alternatives"]:
                yield Finding(
                    f"“{entry['title']}” requires “{requirement['text']}”, and nothing "
                    "meets it. Add an alternative, or take the requirement away.",
                    f"requirement:{requirement['key']}",
                )


def _circles(document: Mapping[str, Any]) -> Iterator[Finding]:
    titles = titles_in(document)
    if circle := cycle_in(needs_of(document)):
        words = circle_in_words([titles.get(node, node) for node in circle])
        yield Finding(
            f"Requirements go in a circle: {words}. Take one of them away.", circle[0]
        )


def _missing_sources(document: Mapping[str, Any]) -> Iterator[Finding]:
    used: set[str] = set()
    for thing_id, entry in things_in(document):
        used.update(entry["sources"])
        if not entry["sources"] and entry.get("is_career"):
            # Its title and summary are all there is, and nobody vouches for it.
            yield Finding(
                f"“{entry['title']}” ({thing_id}) has no source. Give it a mode, a "
                "requirement, a code or a figure that has one.",
                thing_id,
            )
    for slug in sorted(used):
        source = document["sources"].get(slug)
        if source is None:
            yield Finding(f"The source {slug} is named, and is not there.")
            continue
        lacking = [
            words
            for key, words in [
                ("title", "title"),
                ("publisher", "publisher"),
                ("as_of", "date"),
                ("licence", "licence"),
            ]
            if not source[key].strip()
        ]
        if not source["url"] and source["confidence"] == "primary":
            lacking.append("address")
        if lacking:
            name = source["title"] or slug
            words = f"The source “{name}” lacks its {', '.join(lacking)}."
            yield Finding(words, f"source:{slug}")


def _missing_modes(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Name things that something requires, and that nobody could do."""
    taught = {
        f"skill:{teaching['skill']}"
        for _, entry in things_in(document)
        for teaching in entry.get("teaches", ())
        if teaching["is_full"]
    }
    modeless = {
        thing_id: entry["title"]
        for thing_id, entry in things_in(document)
        if "modes" in entry  # a role is held for as long as a requirement says
        and not entry["modes"]
        and thing_id not in taught
        and entry.get("level") != "high-school"  # everybody is taken to have it
        and not entry.get("is_closed")  # never planned, so it needs none
    }
    for _, entry in things_in(document):
        for name in sorted(_names(entry) & modeless.keys()):
            yield Finding(
                f"“{entry['title']}” requires “{modeless[name]}”, which has no mode. "
                "Say how long it takes.",
                name,
            )


def _names(entry: Mapping[str, Any]) -> set[str]:
    found = {
        alternative["thing"]
        for requirement in entry["requires"]
        for alternative in requirement["alternatives"]
    }
    if entry.get("search"):
        found.add(f"milestone:{entry['search']}")
    return found


def _unreachable(catalogue: Catalogue) -> Iterator[Finding]:
    shared = _Shared(catalogue)
    for career in catalogue.careers():
        ways = _Ways(shared, career)
        if not ways.can_be_done(career):
            words = f"“{career.title}” cannot be reached: {ways.why_not(career)}"
            yield Finding(words, career.id)


class _Shared:
    """What all careers have in common, looked up once: degrees, and who teaches."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        degrees = catalogue.degrees.values()
        self.reviewed = [degree for degree in degrees if not degree.is_generated]
        self.teachers: dict[str, list[Thing]] = {}
        for thing in catalogue.things():
            for teaching in thing.teaches:
                if teaching.is_full:
                    shelf = self.teachers.setdefault(f"skill:{teaching.skill}", [])
                    shelf.append(thing)
        self._options: dict[tuple[int, str | None, str | None], list[str]] = {}

    def options(self, ceiling: int, alternative: Alternative) -> list[str]:
        """Return the reviewed degrees that an alternative takes, below a rank."""
        key = ceiling, alternative.thing, alternative.level
        if key not in self._options:
            self._options[key] = self.choose(self.reviewed, ceiling, alternative)
        return self._options[key]

    def choose(
        self, degrees: Iterable[Degree], ceiling: int, alternative: Alternative
    ) -> list[str]:
        """Return which of some degrees an alternative takes."""
        if alternative.thing is None:
            return [
                degree.id
                for degree in degrees
                if degree.level == alternative.level and rank(degree.level) < ceiling
            ]
        wanted = self.catalogue.degrees[alternative.slug]
        return [
            degree.id
            for degree in degrees
            if rank(degree.level) < ceiling
            and (
                degree is wanted
                or (
                    rank(degree.level) >= rank(wanted.level)
                    and wanted.takes_field(degree.field)
                )
            )
        ]


class _Ways:
    """What of one career's network can be done at all, by rules 16 to 19.

    What is made from public data counts where `Catalogue.within` keeps it: where the
    career, or something that it names, names it. Making that catalogue for each of a
    thousand careers would take longer than all the rest.
    """

    def __init__(self, shared: _Shared, target: Role) -> None:
        self.shared = shared
        self.catalogue = shared.catalogue
        self.target = target
        self.kept = self._named_by([target.id])
        self.generated = [
            degree
            for name in sorted(self.kept)
            if name.startswith("degree:")
            and (degree := self.catalogue.degrees[name[7:]]).is_generated
        ]
        self.network = self._find_network()
        self.possible: set[str] = set()
        # What can be done makes more possible, until nothing is added. Going up
        # from nothing, two things that only teach each other stay impossible.
        grows = True
        while grows:
            found = {node for node in self.network if self._is_possible(node)}
            grows = found != self.possible
            self.possible = found

    def _named_by(self, todo: list[str]) -> set[str]:
        found: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(names_in(self.catalogue[name]))
        return found

    def _teachers(self, skill: str) -> Iterator[Thing]:
        for teacher in self.shared.teachers.get(skill, ()):
            if not teacher.is_generated or teacher.id in self.kept:
                yield teacher

    def can_be_done(self, thing: Thing) -> bool:
        return thing.id in self.possible

    def why_not(self, thing: Thing) -> str:
        """Follow what cannot be done down to where it begins."""
        if isinstance(thing, Milestone) and thing.is_closed:
            return f"“{thing.title}” is closed."
        for requirement in self._required(thing):
            if not self._is_met(thing, requirement):
                options = self._options_of(thing, requirement)
                if len(options) == 1:
                    return self.why_not(self.catalogue[options[0]])
                return f"nothing that can be done meets “{requirement.text}”."
        if isinstance(thing, Role) and thing.search is not None:
            return self.why_not(self.catalogue.milestones[thing.search])
        return f"“{thing.title}” has no mode, and nothing else stands for it."

    def _find_network(self) -> list[str]:
        found = {self.target.id: None}  # a dict keeps the order
        todo: list[Thing] = [self.target]
        while todo:
            thing = todo.pop()
            names = [
                name
                for requirement in self._required(thing)
                for name in self._options_of(thing, requirement)
            ]
            if isinstance(thing, Role) and thing.search is not None:
                names.append(f"milestone:{thing.search}")
            if isinstance(thing, Skill):
                names += [
                    teacher.id
                    for teacher in self._teachers(thing.id)
                    if isinstance(teacher, Milestone)
                ]
            for name in names:
                if name not in found:
                    found[name] = None
                    todo.append(self.catalogue[name])
        return list(found)

    def _is_possible(self, node: str) -> bool:
        thing = self.catalogue[node]
        if isinstance(thing, Skill) and any(
            teacher.id in self.possible for teacher in self._teachers(node)
        ):
            return True
        if isinstance(thing, Milestone) and thing.is_closed:
            return False
        if isinstance(thing, Role):
            if (
                thing.search is not None
                and f"milestone:{thing.search}" not in self.possible
            ):
                return False
        elif not thing.modes:
            return False
        return all(self._is_met(thing, needed) for needed in self._required(thing))

    def _required(self, thing: Thing) -> Iterator[Requirement]:
        other = "on-the-way" if thing.id == self.target.id else "as-target"
        for requirement in thing.requires:
            if requirement.strength == "required" and requirement.scope != other:
                yield requirement

    def _is_met(self, owner: Thing, requirement: Requirement) -> bool:
        return any(
            self._is_held(alternative) for alternative in requirement.alternatives
        ) or any(name in self.possible for name in self._options_of(owner, requirement))

    def _is_held(self, alternative: Alternative) -> bool:
        """Say whether a high school diploma, which everybody has, is enough."""
        if alternative.thing is None:
            return alternative.level == "high-school"
        thing = self.catalogue[alternative.thing]
        return isinstance(thing, Degree) and thing.level == "high-school"

    def _options_of(self, owner: Thing, requirement: Requirement) -> list[str]:
        return [
            name
            for alternative in requirement.alternatives
            for name in self._options(owner, alternative)
        ]

    def _options(self, owner: Thing, alternative: Alternative) -> Iterator[str]:
        if not alternative.asks_for_degree:
            yield alternative.thing or ""
            return
        ceiling = rank(owner.level) if isinstance(owner, Degree) else len(LEVELS)
        yield from self.shared.options(ceiling, alternative)
        if alternative.thing is not None and self.generated:
            yield from self.shared.choose(self.generated, ceiling, alternative)
