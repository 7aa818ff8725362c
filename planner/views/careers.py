"""Finding a career, and everything that is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from planner import queries
from planner.career_pages import (
    Card,
    career_links,
    career_page,
    careers_index,
    careers_page,
    why,
)
from planner.forms import Suggesting
from planner.matching import likeness
from planner.search import career_title, find_careers
from planner.source_pages import sources_page
from planner.titles import Kind
from planner.views.published import needs_catalogue
from planner.views.suggestions import LONGEST, Suggestion, being_typed

MOST_SUGGESTED = 8
NEAR = 0.6  # the share of the typed words that a title has


@require_safe
@gzip_page
@needs_catalogue
def index(request: HttpRequest) -> HttpResponse:
    """List the careers that fit a search and its filters."""
    asked = {
        name: request.GET.get(name, "")[:LONGEST] for name in ("pay", "growth", "entry")
    }
    query = request.GET.get("q", "")[:LONGEST]
    published = queries.published()
    page = careers_page(
        _index(_Edition.of(published)),
        query=query,
        hits=find_careers(published, query),
        number=_number(request.GET.get("page", "")),
        **asked,
    )
    around = {
        name: f"?{urlencode({'q': query, **asked, 'page': number})}"
        for name, number in (("earlier", page.number - 1), ("more", page.number + 1))
    }
    search = Suggesting(reverse("planner:suggest"), type="search", autocomplete="off")
    context = {
        "page": page,
        "around": around,
        "search": search.render("q", query, {"id": "q"}),
    }
    return render(request, "planner/careers.html", context)


@require_safe
@gzip_page
@needs_catalogue
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggest the careers that may be meant by what is being typed."""
    name, typed = being_typed(request)
    published = queries.published()
    hits = find_careers(published, typed, last=Kind.SHARED)
    found = [hit for hit in hits if hit.is_found] or hits
    suggestions = [
        Suggestion(
            value=career_title(published, hit.role),
            note=why(hit, published.catalogue.roles[hit.role].title),
        )
        for hit in found[:MOST_SUGGESTED]
    ]
    if name.startswith("x"):  # one may have worked in what is not planned for
        suggestions[:0] = [
            Suggestion(value=role.title, note="")
            for role in published.catalogue.roles.values()
            if not role.is_career and likeness(typed, role.title) > NEAR
        ]
    context = {"name": name, "typed": typed, "suggestions": suggestions}
    return render(request, "planner/_suggestions.html", context)


@require_safe
@gzip_page
@needs_catalogue
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a career, or the careers nearest to a name that is none."""
    published = queries.published()
    said = queries.said_of(published, slug)
    page = career_page(published.document, slug, said)
    if page is None:
        hits = find_careers(published, slug.replace("-", " "), last=Kind.SHARED)
        nearest = career_links(_index(_Edition.of(published)), hits)
        context = {"slug": slug, "nearest": nearest}
        return render(request, "planner/career_unknown.html", context, status=404)
    plan_url = f"{reverse('planner:home')}?{urlencode({'career': slug})}"
    return render(request, "planner/career.html", {"page": page, "plan_url": plan_url})


@require_safe
@gzip_page
@needs_catalogue
def sources(request: HttpRequest) -> HttpResponse:
    """List every source, and what is our editors' judgement."""
    page = sources_page(queries.published().document)
    return render(request, "planner/sources.html", {"page": page})


@dataclass(frozen=True)
class _Edition:
    """A published document, compared by its version."""

    version: str
    document: Mapping[str, Any] = field(compare=False)

    @classmethod
    def of(cls, published: queries.Published) -> Self:
        return cls(published.version, published.document)


@lru_cache(maxsize=1)
def _index(edition: _Edition) -> dict[str, Card]:
    return careers_index(edition.document)


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 1
