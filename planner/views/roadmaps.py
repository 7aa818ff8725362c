"""The form and the roadmap beside it: the student's minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from planner import queries
from planner.answers import answer_for, frontier_for, masters_for, others_for
from planner.career_pages import source_links
from planner.documents.plan import write_change
from planner.engine.background import Background
from planner.engine.facts import Catalogue
from planner.forms import LONGEST_ADDRESS, BackgroundForm
from planner.pages import compare_page, masters_page, roadmap_page, routes_page
from planner.studies import nearest_fields, title_of
from planner.views.exports import file_links
from planner.views.published import needs_background, needs_catalogue
from planner.views.suggestions import Suggestion, being_typed


@dataclass(frozen=True)
class Example:
    """A person to begin with, who fills the form at one click."""

    title: str | Promise
    address: str


# The form changes nothing and reads no session: it leads to an address that anyone
# could type. Without a token it needs no cookie either.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@gzip_page
@needs_catalogue
def home(request: HttpRequest) -> HttpResponse:
    """Show the form and the roadmap that follows from it."""
    is_post = request.method == "POST"
    published, today = queries.published(), timezone.localdate()
    form = BackgroundForm(
        request.POST if is_post else request.GET,
        published=published,
        today=today,
    )
    if form.is_valid() and is_post and len(form.address) <= LONGEST_ADDRESS:
        return HttpResponseRedirect(form.address, status=303)
    page = None
    if form.background is not None and not form.errors:
        answer = answer_for(published, form.background)
        links = source_links(published.document)
        page = roadmap_page(
            answer.worked.plan, published.catalogue, today, links, answer.forecast
        )
    is_asked = bool(request.GET) or is_post
    context = {
        "form": form,
        "page": page,
        "addresses": {
            part: form.address_at(reverse(f"planner:{part}"))
            for part in ("routes", "masters", "keep")
        },
        "links": file_links(
            lambda kind: form.address_at(reverse("planner:export", args=[kind]))
        )
        if page
        else (),
        "can_print": is_asked,
        "examples": examples(today),
        "fields": common_fields(published.catalogue),
        "is_new": not is_asked,
    }
    status = 422 if is_post and form.errors else 200
    response = render(request, "planner/home.html", context, status=status)
    if len(form.address) <= LONGEST_ADDRESS:
        # htmx puts this into the address bar: shorter than what the form sent.
        response.headers["HX-Push-Url"] = form.address
    return response


@require_safe
@gzip_page
@needs_catalogue
@needs_background
def routes(
    request: HttpRequest, form: BackgroundForm, background: Background
) -> HttpResponse:
    """Show what other answers lead to, and what would help where something is amiss.

    It takes some plans more, so the roadmap is shown first and fetches this part.
    """
    published = form.published
    others = others_for(published, background)
    plan = answer_for(published, background).worked.plan
    money = frontier_for(published, background)
    page = routes_page(plan, others.routes, others.remedies, money, published.catalogue)
    comparison = form.address_at(reverse("planner:compare"))
    context = {
        "page": page,
        "cards": [
            (
                card,
                form.changed_address(write_change(card.change)),
                f"{comparison}&{urlencode({'route': card.name})}",
            )
            for card in page.cards
        ],
        "rungs": [(rung, form.changed_address(rung.change)) for rung in page.rungs],
        "remedies": [
            (remedy, form.changed_address(write_change(remedy.change)))
            for remedy in page.remedies
        ],
        "back": form.address,
    }
    return render(request, "planner/routes.html", context)


@require_safe
@gzip_page
@needs_catalogue
@needs_background
def compare(
    request: HttpRequest, form: BackgroundForm, background: Background
) -> HttpResponse:
    """Show the roadmap and another route, one over the other."""
    published = form.published
    name = request.GET.get("route", "")
    others = others_for(published, background).routes
    route = next((other for other in others if other.name == name), None)
    if route is None:
        return HttpResponseRedirect(form.address_at(reverse("planner:routes")))
    plan = answer_for(published, background).worked.plan
    context = {
        "page": compare_page(plan, route, published.catalogue, form.today),
        "career": published.catalogue.roles[background.career].title,
        "back": form.address,
        "address": form.changed_address(write_change(route.change)),
    }
    return render(request, "planner/compare.html", context)


@require_safe
@gzip_page
@needs_catalogue
@needs_background
def masters(
    request: HttpRequest, form: BackgroundForm, background: Background
) -> HttpResponse:
    """Show whether a master's is worth it: the plan with one and without."""
    published = form.published
    question = masters_for(published, background)
    title = published.catalogue.roles[background.career].title
    page = None
    if question is not None:
        links = source_links(published.document)
        page = masters_page(question, title, published.catalogue, links)
    context = {"page": page, "title": title, "back": form.address}
    return render(request, "planner/masters.html", context)


@require_safe
@gzip_page
@needs_catalogue
def fields(request: HttpRequest) -> HttpResponse:
    """Suggest the fields of study nearest to what is being typed."""
    name, typed = being_typed(request)
    catalogue = queries.published().catalogue
    near = [
        (code, title_of(catalogue.fields, code))
        for code, _title in nearest_fields(catalogue.fields, typed)
    ]
    suggestions = [
        Suggestion(value=title, note=code)
        for code, title in near or common_fields(catalogue)
    ]
    context = {"name": name, "typed": typed, "suggestions": suggestions}
    return render(request, "planner/_suggestions.html", context)


def examples(today: date) -> list[Example]:
    """Return the three people to begin with, as addresses of the form."""
    home = reverse("planner:home")
    school_leaver = {"start": f"{today.year + 1}-08-15", "hours": "20"}
    graduate = {
        "start": today.isoformat(),
        "e1": "bachelor",
        "e1f": "26.0101",
        "e1d": str(today.year - 1),
        "s-python": "some",
    }
    developer = {
        "start": today.isoformat(),
        "fulltime": "no",
        "e1": "bachelor",
        "e1f": "11.0701",
        "e1d": str(today.year - 4),
        "x1": "software-developer",
        "x1m": "36",
        "s-python": "solid",
        "s-git": "solid",
    }
    people = [
        (_("A school leaver"), school_leaver),
        (_("A biology graduate"), graduate),
        (_("A working developer"), developer),
    ]
    return [
        Example(title=title, address=f"{home}?{urlencode(answers)}")
        for title, answers in people
    ]


def common_fields(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Return the fields of the catalogue's own degrees, by title."""
    codes = {degree.field for degree in catalogue.degrees.values() if degree.field}
    known = [
        (code, title_of(catalogue.fields, code))
        for code in codes
        if code in catalogue.fields
    ]
    return sorted(known, key=lambda field: (field[1], field[0]))
