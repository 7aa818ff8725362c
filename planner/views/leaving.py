"""Taking everything along, and deleting everything."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from planner.leaving import delete_everything, write_archive
from planner.models import User

IN_MEMORY = 5_000_000  # bytes; a larger archive is written to the disk meanwhile


@require_safe
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
def download(request: HttpRequest) -> FileResponse:
    """Give somebody everything that is kept of them."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    write_archive(cast(User, request.user), file)
    file.seek(0)
    name = f"careerpath-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type="application/zip"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
def delete(request: HttpRequest) -> HttpResponse:
    """Ask, then delete an account with everything that is kept."""
    if request.method == "POST":
        user = cast(User, request.user)
        logout(request)
        delete_everything(user)
        return HttpResponseRedirect(reverse("planner:deleted"), status=303)
    user = cast(User, request.user)
    context = {"roadmaps": user.roadmaps.count()}
    return render(request, "planner/account_delete.html", context)


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """Say that everything is gone."""
    return render(request, "planner/account_deleted.html")
