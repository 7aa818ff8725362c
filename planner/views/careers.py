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
    Found,
    career_page,
    careers_index,
    careers_page,
    nearest_careers,
)
from planner.source_pages import sources_page
from planner.views.published import needs_catalogue

LONGEST_SEARCH = 200


@require_safe
@gzip_page
@needs_catalogue
def index(request: HttpRequest) -> HttpResponse:
    """List the careers that fit a search and its filters."""
    asked = {
        name: request.GET.get(name, "")[:LONGEST_SEARCH]
        for name in ("pay", "growth", "entry")
    }
    query = request.GET.get("q", "")[:LONGEST_SEARCH]
    page = careers_page(_index(_Edition.of(queries.published())), query=query, **asked)
    return render(request, "planner/careers.html", {"page": page})


@require_safe
@gzip_page
@needs_catalogue
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a career, or the careers nearest to a name that is none."""
    document = queries.published().document
    page = career_page(document, slug)
    if page is None:
        context = {"slug": slug, "nearest": nearest_careers(document, slug)}
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
def _index(edition: _Edition) -> tuple[Found, ...]:
    return careers_index(edition.document)
