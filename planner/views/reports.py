"""Saying that a figure is wrong, from any page and without an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, Submit
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from planner import queries
from planner.career_pages import figures_in_words
from planner.models import Figure, FigureReport, Role
from planner.views.limits import seconds_to_wait
from planner.views.published import needs_catalogue

HOUR = 60 * 60
LONGEST_PAGE = 300


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is wrong, what it should be, and where it says so."""

    which = forms.ChoiceField(
        label=gettext_lazy("Which figure is it?"),
        required=False,
        help_text=gettext_lazy("If it is one of these."),
    )
    leave_empty = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = FigureReport
        fields = ["wrong", "right", "says_so", "email"]
        labels = {
            "wrong": gettext_lazy("What is wrong?"),
            "right": gettext_lazy("What should it be?"),
            "says_so": gettext_lazy("Where does it say so?"),
            "email": gettext_lazy("Your e-mail address"),
        }
        help_texts = {
            "right": gettext_lazy("If you know it."),
            "says_so": gettext_lazy("The address of a page, or a title and a page."),
            "email": gettext_lazy(
                "Only if you would like an answer. It is forgotten 90 days after the "
                "report is handled."
            ),
        }
        widgets = {
            "wrong": forms.Textarea(attrs={"rows": 5}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        error_messages = {
            "wrong": {"required": gettext_lazy("Say what is wrong.")},
            "email": {
                "invalid": gettext_lazy(
                    "Write the address as name@example.org, or leave it empty."
                )
            },
        }

    def __init__(
        self, data: Any = None, *, figures: Sequence[tuple[str, str]], page: str
    ) -> None:
        super().__init__(data)
        which: Any = self.fields["which"]
        which.choices = [("", _("Something else")), *figures]
        if not figures:
            del self.fields["which"]
        self.helper = FormHelper(self)
        self.helper.form_method = "post"
        self.helper.form_action = f"{reverse('planner:report')}?{about(page)}"
        self.helper.layout = Layout(
            *(["which"] if figures else []),
            "wrong",
            "right",
            "says_so",
            "email",
            # People neither see it nor reach it; programs that fill in forms do.
            Div(Field("leave_empty"), css_class="never-seen", aria_hidden="true"),
            Submit("", _("Send the report")),
        )

    def clean_leave_empty(self) -> str:
        if self.cleaned_data["leave_empty"]:
            raise forms.ValidationError(
                _("The last field keeps programs out. Empty it, and send again.")
            )
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs_catalogue
def new(request: HttpRequest) -> HttpResponse:
    """Ask what is wrong, and keep it with what it is about."""
    page = _page_in(request)
    now = queries.published()
    career = _career_of(page, now.document)
    figures = figures_in_words(career) if career else []
    form = ReportForm(
        request.POST if request.method == "POST" else None, figures=figures, page=page
    )
    status = 200
    if request.method == "POST":
        status = 422
        wait = seconds_to_wait(
            request, "reports", most=settings.REPORTS_AN_HOUR, seconds=HOUR
        )
        if wait:
            status = 429
            minutes = -(-wait // 60)
            words = _("That is many reports in a short time. Send it in %d minutes.")
            form.add_error(None, words % minutes)
        elif form.is_valid():
            report = form.save(commit=False)
            report.page = page
            report.catalogue_version = now.version
            _say_what_about(report, career, form.cleaned_data.get("which", ""), figures)
            report.save()
            sent_page = f"{reverse('planner:report-sent')}?{about(page)}"
            return HttpResponse(status=303, headers={"Location": sent_page})
    context = {"form": form, "page": page, "career": career}
    response = render(request, "planner/report.html", context, status=status)
    if status == 429:
        response["Retry-After"] = str(wait)
    return response


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Thank, and lead back to the page that the report was about."""
    return render(request, "planner/report_sent.html", {"page": _page_in(request)})


def about(page: str) -> str:
    """Return the query that says which page a report is about."""
    return urlencode({"about": page})


def _page_in(request: HttpRequest) -> str:
    """Return the path that a report is about, or the first page's if it is not ours."""
    page = request.GET.get("about", "").partition("?")[0][:LONGEST_PAGE]
    try:
        resolve(page)
    except Resolver404:
        return reverse("planner:home")
    return page


def _career_of(page: str, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    slug = resolve(page).kwargs.get("slug")
    return next((role for role in document["roles"] if role["slug"] == slug), None)


def _say_what_about(
    report: FigureReport,
    career: Mapping[str, Any] | None,
    key: str,
    figures: Sequence[tuple[str, str]],
) -> None:
    words = []
    if career is not None:
        report.role = Role.objects.filter(slug=career["slug"]).first()
        words.append(career["title"])
    if key:
        report.figure = Figure.objects.filter(key=key).first()
        words.append(dict(figures)[key])
    report.about = ": ".join(words)[:300]
