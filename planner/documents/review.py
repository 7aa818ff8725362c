"""What is wrong with a catalogue, in sentences for the editor who can mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.documents.catalogue import SHELVES, needs_of, read_catalogue, titles_in
from planner.engine.facts import (
    Alternative,
    Catalogue,
    Degree,
    Milestone,
    Requirement,
    Role,
    Skill,
    Thing,
    cycle_in,
    rank,
)


def problems_in(document: Mapping[str, Any]) -> list[str]:
    """Return what keeps a document from being published; an empty list if nothing.

    Nothing here solves anything: whether a career can be reached is asked of the
    facts alone, for somebody with a high school diploma and all the time there is.
    """
    blocking = [*_empty_requirements(document), *_circles(document)]
    problems = [*blocking, *_missing_sources(document), *_missing_modes(document)]
    if not blocking:
        try:
            catalogue = read_catalogue(document, "draft")
        except ValueError as error:
            return [*problems, str(error)]
        problems += _unreachable(catalogue)
    return problems


def circle_in_words(titles: list[str]) -> str:
    """Say a circle of requirements, whose first title is repeated at the end."""
    first, *others = (f"“{title}”" for title in titles)
    return f"{first} requires " + ", which requires ".join(others)


def _things(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, shelf in SHELVES.items():
        for entry in document[shelf]:
            yield f"{kind}:{entry['slug']}", entry


def _empty_requirements(document: Mapping[str, Any]) -> Iterator[str]:
    for _, entry in _things(document):
        for requirement in entry["requires"]:
            if not requirement["alternatives"]:
                yield (
                    f"“{entry['title']}” requires “{requirement['text']}”, and nothing "
                    "meets it. Add an alternative, or take the requirement away."
                )


def _circles(document: Mapping[str, Any]) -> Iterator[str]:
    titles = titles_in(document)
    if circle := cycle_in(needs_of(document)):
        words = circle_in_words([titles.get(node, node) for node in circle])
        yield f"Requirements go in a circle: {words}. Take one of them away."


def _missing_sources(document: Mapping[str, Any]) -> Iterator[str]:
    used: set[str] = set()
    for thing_id, entry in _things(document):
        used.update(entry["sources"])
        if not entry["sources"] and entry.get("is_career"):
            # Its title and summary are all there is, and nobody vouches for it.
            yield (
                f"“{entry['title']}” ({thing_id}) has no source. Give it a mode, a "
                "requirement, a code or a figure that has one."
            )
    for slug in sorted(used):
        source = document["sources"].get(slug)
        if source is None:
            yield f"The source {slug} is named, and is not there."
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
            yield f"The source “{name}” lacks its {', '.join(lacking)}."


def _missing_modes(document: Mapping[str, Any]) -> Iterator[str]:
    """Name things that something requires, and that nobody could do."""
    taught = {
        f"skill:{teaching['skill']}"
        for _, entry in _things(document)
        for teaching in entry.get("teaches", ())
        if teaching["is_full"]
    }
    modeless = {
        thing_id: entry["title"]
        for thing_id, entry in _things(document)
        if "modes" in entry  # a role is held for as long as a requirement says
        and not entry["modes"]
        and thing_id not in taught
        and entry.get("level") != "high-school"  # everybody is taken to have it
        and not entry.get("is_closed")  # never planned, so it needs none
    }
    for _, entry in _things(document):
        for name in sorted(_names(entry) & modeless.keys()):
            yield (
                f"“{entry['title']}” requires “{modeless[name]}”, which has no mode. "
                "Say how long it takes."
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


def _unreachable(catalogue: Catalogue) -> Iterator[str]:
    teachers: dict[str, list[Thing]] = {}
    for thing in catalogue.things():
        for teaching in thing.teaches:
            if teaching.is_full:
                teachers.setdefault(f"skill:{teaching.skill}", []).append(thing)
    for career in catalogue.careers():
        ways = _Ways(catalogue, teachers, career)
        if not ways.can_be_done(career):
            yield f"“{career.title}” cannot be reached: {ways.why_not(career)}"


class _Ways:
    """What of one career's network can be done at all, by rules 16 to 19."""

    def __init__(
        self, catalogue: Catalogue, teachers: Mapping[str, list[Thing]], target: Role
    ) -> None:
        self.catalogue = catalogue
        self.teachers = teachers
        self.target = target
        self.network = self._find_network()
        self.possible: set[str] = set()
        # What can be done makes more possible, until nothing is added. Going up
        # from nothing, two things that only teach each other stay impossible.
        grows = True
        while grows:
            found = {node for node in self.network if self._is_possible(node)}
            grows = found != self.possible
            self.possible = found

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
                    for teacher in self.teachers.get(thing.id, ())
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
            teacher.id in self.possible for teacher in self.teachers.get(node, ())
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
        wanted = (
            None if alternative.thing is None else self.catalogue[alternative.thing]
        )
        if wanted is not None and not isinstance(wanted, Degree):
            yield wanted.id
            return
        for degree in self.catalogue.degrees.values():
            if isinstance(owner, Degree) and rank(degree.level) >= rank(owner.level):
                continue
            if wanted is None:
                if degree.level == alternative.level and not degree.is_generated:
                    yield degree.id
            elif degree is wanted or (
                rank(degree.level) >= rank(wanted.level)
                and wanted.takes_field(degree.field)
            ):
                yield degree.id
