"""The same plans for other programs: JSON in, JSON out, problems as RFC 9457."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from planner import documents, queries
from planner.answers import advice_for
from planner.documents.background import BadInput, FieldError, read_background
from planner.documents.plan import write_advice
from planner.matching import closeness
from planner.queries import NothingPublished
from planner.views.limits import seconds_to_wait

LARGEST_BODY = 200_000  # bytes; a long background has some thousands
MINUTE = 60
SCHEMAS = Path(documents.__file__).parent

View = Callable[..., HttpResponse]


def problem(
    status: int, title: str, detail: str, errors: Iterable[FieldError] = ()
) -> JsonResponse:
    """Return a problem document (RFC 9457). Each error names its field."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if listed := [_error(error) for error in errors]:
        body["errors"] = listed
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _error(error: FieldError) -> dict[str, str]:
    parts = [part for part in re.split(r"[.\[\]]+", error.field) if part]
    escaped = [part.replace("~", "~0").replace("/", "~1") for part in parts]
    pointer = "" if parts == ["background"] else "".join(f"/{part}" for part in escaped)
    return {"field": error.field, "pointer": pointer, "message": error.message}


def endpoint(method: str) -> Callable[[View], View]:
    """Answer one method, and say as a problem what keeps it from answering."""

    def decorate(view: View) -> View:
        @csrf_exempt  # nothing is changed, and no session is read
        @gzip_page
        @wraps(view)
        def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
            allowed = {"GET": ["GET", "HEAD"]}.get(method, [method])
            if request.method not in allowed:
                words = f"Send {' or '.join(allowed)}, not {request.method}."
                response: HttpResponse = problem(405, "Method not allowed", words)
                response["Allow"] = ", ".join(allowed)
                return response
            try:
                return view(request, **captured)
            except NothingPublished as error:
                return problem(503, "No catalogue", str(error))

        return answer

    return decorate


@endpoint("POST")
def plan(request: HttpRequest) -> HttpResponse:
    """Read a background, and answer with the plan document."""
    wait = seconds_to_wait(
        request, "api-plans", most=settings.PLANS_A_MINUTE, seconds=MINUTE
    )
    if wait:
        response: HttpResponse = problem(
            429,
            "Too many requests",
            f"Wait {wait} seconds. {settings.PLANS_A_MINUTE} plans a minute are free.",
        )
        response["Retry-After"] = str(wait)
        return response
    if request.content_type != "application/json":
        return problem(
            415, "Unsupported media type", "Send a background as application/json."
        )
    if _length(request) > LARGEST_BODY:
        return problem(
            413, "Content too large", f"Send at most {LARGEST_BODY:,} bytes."
        )
    try:
        data = json.loads(request.body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return problem(400, "Bad request", "The body is no JSON in UTF-8. Mend it.")
    now = queries.published()
    try:
        background = read_background(data, now.catalogue)
    except BadInput as bad:
        return problem(
            422,
            "Unprocessable content",
            "The background cannot be read. Mend the fields that are named.",
            bad.errors,
        )
    return JsonResponse(write_advice(advice_for(now, background)))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON.")


def _length(request: HttpRequest) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return 0


@endpoint("GET")
def careers(request: HttpRequest) -> HttpResponse:
    """List the careers that one can plan for."""
    catalogue = queries.published().catalogue
    return JsonResponse(
        {
            "catalogue_version": catalogue.version,
            "careers": [
                {
                    "slug": role.slug,
                    "title": role.title,
                    "url": reverse("planner:api-career", args=[role.slug]),
                }
                for role in catalogue.careers()
            ],
        }
    )


@endpoint("GET")
def career(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell of one career what it is and what it asks for."""
    catalogue = queries.published().catalogue
    role = catalogue.roles.get(slug)
    if role is None or not role.is_career:
        nearest = max(
            catalogue.careers(),
            key=lambda one: closeness(slug[:80].replace("-", " "), one.title),
        )
        return problem(
            404,
            "Not found",
            f"We have no career “{slug[:80]}”. The nearest is {nearest.slug}.",
        )
    return JsonResponse(
        {
            "catalogue_version": catalogue.version,
            "slug": role.slug,
            "title": role.title,
            "summary": role.summary,
            "page": reverse("planner:career", args=[role.slug]),
            "requires": [
                {
                    "text": requirement.text,
                    "strength": requirement.strength,
                    "any_of": [
                        one.thing or f"degree:any-{one.level}"
                        for one in requirement.alternatives
                    ],
                }
                for requirement in role.requires
                if requirement.scope != "on-the-way"
            ],
        }
    )


@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Say in the API's own way that nothing stands at an address."""
    address = reverse("planner:api-openapi")
    return problem(404, "Not found", f"Nothing stands here. {address} says what does.")


# What there is, told to programs and to people


@endpoint("GET")
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI 3.1 document."""
    return JsonResponse(openapi_document(), json_dumps_params={"indent": 2})


@require_safe
@gzip_page
def about(request: HttpRequest) -> HttpResponse:
    """Show people what the OpenAPI document says."""
    document = openapi_document()
    operations = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = [
        {"title": name, **document["components"]["schemas"][name]}
        for name in ("Background", "Plan")
    ]
    example = {"career": "machine-learning-engineer", "start": "2027-08-15"}
    context = {
        "operations": operations,
        "schemas": schemas,
        "example": json.dumps(example),
        "address": request.build_absolute_uri(reverse("planner:api-plan")),
        "limit": settings.PLANS_A_MINUTE,
    }
    return render(request, "planner/api.html", context)


@lru_cache(maxsize=1)
def openapi_document() -> dict[str, Any]:
    """Compose the OpenAPI document from the schemas of our two documents."""
    text = (SCHEMAS / "openapi.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    for name in ("Background", "Plan"):
        path = SCHEMAS / f"{name.lower()}.schema.json"
        # A reference within a schema leads from the root of the whole document here.
        inside = path.read_text(encoding="utf-8").replace(
            '"#/$defs/', f'"#/components/schemas/{name}/$defs/'
        )
        schema = json.loads(inside)
        for key in ("$schema", "$id"):
            schema.pop(key)
        document["components"]["schemas"][name] = schema
    return document
