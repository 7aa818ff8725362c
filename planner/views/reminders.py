"""Which reminders somebody wants, and the one click that stops them all."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from planner.models import ReminderSettings, User

FIELDS = ["steps", "terms", "monthly", "advice"]


class RemindersForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which mails somebody wants."""

    class Meta:
        model = ReminderSettings
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_action = reverse("planner:reminders")
        self.helper.layout = Layout(*FIELDS, Submit("", _("Save")))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Show which reminders somebody wants, and keep what is chosen."""
    user = cast(User, request.user)
    wanted = ReminderSettings.objects.filter(user=user).first()
    wanted = wanted or ReminderSettings(user=user)
    posted = request.POST if request.method == "POST" else None
    form = RemindersForm(posted, instance=wanted)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choice of reminders is kept."))
        return HttpResponseRedirect(reverse("planner:reminders"), status=303)
    context = {"form": form, "address": user.email}
    return render(request, "planner/reminders.html", context)


# Mail programs send this by themselves when somebody asks them to: no session and no
# token of ours goes with it (RFC 8058). The address proves that the mail was theirs.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether all reminders shall stop; stop them when a POST says so."""
    wanted = ReminderSettings.of_token(token)
    if wanted is None:
        raise Http404
    if request.method == "POST":
        ReminderSettings.objects.filter(pk=wanted.pk).update(
            **dict.fromkeys(FIELDS, False)
        )
    context = {"is_stopped": request.method == "POST"}
    response = render(request, "planner/reminders_stop.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
