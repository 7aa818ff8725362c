"""What inputs with suggestions have in common."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is put into the input if it is chosen, and why it is suggested."""

    value: str
    note: str


def being_typed(request: HttpRequest) -> tuple[str, str]:
    """Return the name of the input, and the text that is being typed into it.

    The text comes as `q`, or under the name of the input that it is typed into.
    """
    name = next(iter(request.GET), "q")
    return name, request.GET.get(name, "")[:LONGEST]
