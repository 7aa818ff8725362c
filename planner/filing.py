"""What files of a kept roadmap are made of."""

from __future__ import annotations

from dataclasses import replace

from planner.career_pages import source_links
from planner.engine.advising import Advice
from planner.exports import Kept
from planner.keeping import Standing


def advice_of(standing: Standing) -> Advice:
    """Return a kept plan as what is exported: it alone, and nothing made beside it."""
    return Advice(
        plan=standing.plan,
        forecast=standing.forecast,
        routes=(),
        would_help=(),
        masters=None,
    )


def kept_of(standing: Standing, address: str = "") -> Kept:
    """Return what a file says beside the plan; the address is the roadmap's."""
    roadmap = standing.roadmap
    return Kept(
        name=roadmap.name,
        person=roadmap.owner.get_full_name(),
        code=roadmap.code.hex,
        changed_at=roadmap.changed_at,
        sequence=roadmap.revision,
        marks=standing.marks,
        notes=standing.notes,
        sources=source_links(standing.published.document),
        address=address,
    )


def without_notes(kept: Kept) -> Kept:
    """Return the same for somebody else: notes are the student's own."""
    return replace(kept, notes={})
