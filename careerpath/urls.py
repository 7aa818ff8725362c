"""What stands at which address; everything about planning is in planner.urls."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from careerpath import health


class Favicon(RedirectView):
    """Browsers ask here for the icon of answers that cannot name one, as downloads."""

    http_method_names = ["get", "head"]

    def get_redirect_url(self, *args: object, **kwargs: object) -> str:
        """Ask for the address late: in production it is known once files are hashed."""
        return static("img/favicon.svg")


urlpatterns = [
    path("account/", include("careerpath.accounts.urls")),
    path("admin/", admin.site.urls),
    path("favicon.ico", Favicon.as_view()),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("", include("planner.urls")),
]
