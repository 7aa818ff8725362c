"""Who needs what, as rows say it: an edit that would make a circle is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from planner.documents.review import circle_in_words
from planner.engine.facts import cycle_in
from planner.models import Alternative, Degree, Milestone, Role, Skill
from planner.models.catalogue import Node, node_of
from planner.models.locks import lock


@dataclass(slots=True, kw_only=True)
class Needs:
    """Who needs what, as rows say it; an editor's change is tried on it first."""

    ways: dict[int, tuple[Node, list[Node | str]]]  # by requirement; str: any of level
    searches: dict[Node, Node]
    levels: dict[Node, str]

    def circle_through(self, start: Node) -> list[Node]:
        """Return the shortest circle from a thing back to itself, or an empty list."""
        came_from: dict[Node, Node] = {}
        todo = [start]
        for node in todo:  # the list grows while it is read: nearest first
            for needed in self._needed_by(node):
                if needed == start:
                    path = [start, node]
                    while path[-1] != start:
                        path.append(came_from[path[-1]])
                    return path[::-1] if node != start else [start, start]
                if needed not in came_from:
                    came_from[needed] = node
                    todo.append(needed)
        return []

    def graph(self) -> dict[str, list[str]]:
        """Return what each thing needs, by names such as `skill:12`."""
        found: dict[str, list[str]] = {}
        for owner, ways in self.ways.values():
            listed = found.setdefault(_name(owner), [])
            for way in ways:
                listed += [_name(node) for node in self._meant_by(way)]
        for node, search in self.searches.items():
            found.setdefault(_name(node), []).append(_name(search))
        return found

    def _meant_by(self, way: Node | str) -> Iterator[Node]:
        if isinstance(way, str):
            yield from (d for d, level in self.levels.items() if level == way)
        else:
            yield way

    def _needed_by(self, node: Node) -> Iterator[Node]:
        for owner, ways in self.ways.values():
            if owner != node:
                continue
            for way in ways:
                yield from self._meant_by(way)
        if node in self.searches:
            yield self.searches[node]


def _name(node: Node) -> str:
    kind, pk = node
    return f"{kind}:{pk}"


def read_needs() -> Needs:
    """Return who needs what, in three queries; nobody else can change it meanwhile.

    Must be called in the transaction that saves: two editors who each add one half
    of a circle would otherwise both be let through.
    """
    hold_needs()
    ways: dict[int, tuple[Node, list[Node | str]]] = {}
    for row in Alternative.objects.select_related("requirement").order_by("pk"):
        owner = node_of(row.requirement)
        if owner is not None:
            ways.setdefault(row.requirement_id, (owner, []))[1].append(
                node_of(row) or row.level
            )
    return Needs(
        ways=ways,
        searches={
            ("role", pk): ("milestone", search_id)
            for pk, search_id in Role.objects.filter(search__isnull=False).values_list(
                "pk", "search_id"
            )
        },
        levels={
            ("degree", pk): level
            for pk, level in Degree.objects.filter(is_generated=False).values_list(
                "pk", "level"
            )
        },
    )


def hold_needs() -> None:
    """Let nobody else change who needs what until the transaction ends.

    Who writes first and asks later would wait for another who does the same.
    """
    if connection.vendor == "postgresql":
        lock(Alternative)


def refuse_circle(needs: Needs, start: Node) -> None:
    """Raise ValidationError, with the circle in words, if one goes through a thing."""
    if circle := needs.circle_through(start):
        _refuse_circle(circle)


def refuse_circles(needs: Needs) -> None:
    """Raise ValidationError, with the circle in words, if there is one anywhere."""
    if circle := cycle_in(needs.graph()):
        nodes = [name.split(":") for name in circle]
        _refuse_circle([(kind, int(pk)) for kind, pk in nodes])


def _refuse_circle(circle: Sequence[Node]) -> None:
    kinds = {"degree": Degree, "role": Role, "skill": Skill, "milestone": Milestone}
    titles = [str(kinds[kind]._default_manager.get(pk=pk)) for kind, pk in circle]
    raise ValidationError(
        _("This would make a circle: %(circle)s. Nobody could ever begin."),
        params={"circle": circle_in_words(titles)},
        code="circle",
    )
