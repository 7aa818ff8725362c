"""A plan becomes a file: one module a format, one table of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.documents.plan import dump, write_advice
from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.exports.prose import to_markdown, to_text


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its name, what people call it, its media type, and its maker."""

    format: str
    title: str
    media_type: str
    make: Callable[[Advice, Catalogue], str]


def to_json(advice: Advice, catalogue: Catalogue) -> str:
    """Return the plan document as JSON text."""
    return dump(write_advice(advice))


EXPORTS = {
    export.format: export
    for export in [
        Export("json", "Plan document", "application/json", to_json),
        Export("text", "Plain text", "text/plain; charset=utf-8", to_text),
        Export("markdown", "Markdown", "text/markdown; charset=utf-8", to_markdown),
    ]
}
