"""What every page needs: a published catalogue, or a page that says there is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from planner.queries import NothingPublished

View = Callable[..., HttpResponse]


def needs_catalogue(view: View) -> View:
    """Answer a view that finds no published catalogue with a page that says so."""

    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
        try:
            return view(request, **captured)
        except NothingPublished:
            return render(request, "planner/nothing_published.html", status=503)

    return answer
