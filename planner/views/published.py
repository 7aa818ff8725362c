"""What pages need before anything else, and where they lead who does not have it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from planner.forms import BackgroundForm
from planner.queries import NothingPublished, published

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


def needs_background(view: View) -> View:
    """Give a view the form and the background in its address, or lead to the form."""

    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
        form = BackgroundForm(
            request.GET, published=published(), today=timezone.localdate()
        )
        if not form.is_valid() or form.background is None:
            return HttpResponseRedirect(form.address)
        return view(request, form, form.background, **captured)

    return answer
