"""What stands at which address of the planner."""

from django.urls import path

from planner.views import api, careers, exports, reports, roadmaps

app_name = "planner"

urlpatterns = [
    path("", roadmaps.home, name="home"),
    path("routes/", roadmaps.routes, name="routes"),
    path("compare/", roadmaps.compare, name="compare"),
    path("masters/", roadmaps.masters, name="masters"),
    path("plan.<slug:format>", exports.plan, name="export"),
    path("fields/", roadmaps.fields, name="fields"),
    path("careers/", careers.index, name="careers"),
    path("careers/suggest/", careers.suggest, name="suggest"),
    path("careers/<slug:slug>/", careers.detail, name="career"),
    path("api/", api.about, name="api"),
    path("api/v1/plan", api.plan, name="api-plan"),
    path("api/v1/careers", api.careers, name="api-careers"),
    path("api/v1/careers/<str:slug>", api.career, name="api-career"),
    path("api/v1/openapi.json", api.openapi, name="api-openapi"),
    path("api/v1/<path:rest>", api.nowhere),
    path("report/", reports.new, name="report"),
    path("report/sent/", reports.sent, name="report-sent"),
    path("sources/", careers.sources, name="sources"),
]
