"""Files to take along: the roadmap of these answers, in every format there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from planner import queries
from planner.answers import advice_for, answer_for
from planner.career_pages import source_links
from planner.engine.advising import Advice
from planner.engine.background import Background
from planner.exports import EXPORTS, Export, Kept
from planner.exports.kept import in_file_name
from planner.forms import BackgroundForm
from planner.queries import Published
from planner.views.limits import seconds_to_wait
from planner.views.published import needs_catalogue

MINUTE = 60
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to take along: what people call it, and where it is."""

    title: str
    address: str


@require_safe
@needs_catalogue
def plan(request: HttpRequest, format: str) -> HttpResponse:
    """Answer with the roadmap of these answers as a file."""
    export = EXPORTS.get(format)
    if export is None:
        raise Http404
    wait = seconds_to_wait(
        request, "downloads", most=settings.PLANS_A_MINUTE, seconds=MINUTE
    )
    if wait:
        return too_many(request, wait)
    published = queries.published()
    form = BackgroundForm(request.GET, published=published, today=timezone.localdate())
    if not form.is_valid() or form.background is None:
        return HttpResponseRedirect(form.address)
    advice = _advice(published, form.background, export)
    kept = Kept(
        sources=source_links(published.document),
        address=request.build_absolute_uri(form.address),
    )
    content = export.make(advice, published.catalogue, kept)
    return file_response(export, content, form.background.career)


def _advice(published: Published, background: Background, export: Export) -> Advice:
    """Give the whole answer to a format that shows it, and to the others the plan."""
    if export.shows_routes:
        return advice_for(published, background)
    answer = answer_for(published, background)
    return Advice(
        plan=answer.worked.plan,
        forecast=answer.forecast,
        routes=(),
        would_help=(),
        masters=None,
    )


def file_links(address_of: Callable[[str], str]) -> list[FileLink]:
    """Return the files that a roadmap comes in, each at the address of its format."""
    return [
        FileLink(export.title, address_of(export.format)) for export in EXPORTS.values()
    ]


def file_response(export: Export, content: bytes, name: str) -> HttpResponse:
    """Return a file to keep, named after a career or a roadmap in any script.

    It is nobody else's: no cache that is shared keeps it, and no search engine.
    """
    plain, whole = _file_names(name, export.suffix)
    return HttpResponse(
        content,
        content_type=export.media_type,
        headers={
            # The second name is for browsers, the first for what knows only ASCII.
            "Content-Disposition": f'attachment; filename="{plain}"; '
            f"filename*=UTF-8''{quote(whole, safe='')}",
            "Cache-Control": "private",
            "X-Robots-Tag": "noindex",
        },
    )


def _file_names(name: str, suffix: str) -> tuple[str, str]:
    """Return a name in ASCII and one in any script, safe on every system.

    Both end alike, so that neither is a device, a hidden file or a folder.
    """
    plain = slugify(name)[:LONGEST_NAME].strip("-_")
    whole = in_file_name(name, LONGEST_NAME)
    ends = f"roadmap.{suffix}"
    return "-".join(filter(None, [plain, ends])), "-".join(filter(None, [whole, ends]))


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """Say when one can ask again."""
    context = {"wait": wait, "limit": settings.PLANS_A_MINUTE}
    response = render(request, "planner/too_many.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response
