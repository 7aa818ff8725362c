"""What stands at which address of the planner."""

from django.urls import URLPattern, include, path

from planner.views import (
    api,
    careers,
    changes,
    exports,
    kept,
    leaving,
    reminders,
    reports,
    roadmaps,
    sharing,
)

app_name = "planner"

# Below the address of a roadmap, which only its owner finds there.
ROADMAP = [
    path("steps/<slug:key>/", kept.step, name="roadmap-step"),
    path("steps/<slug:key>/mark/", kept.quick, name="roadmap-mark"),
    path("steps/<slug:key>/set/", changes.set_date, name="roadmap-set"),
    path("own/", changes.own, name="roadmap-own"),
    path("change/", changes.change, name="roadmap-change"),
    path("answers/", changes.answers, name="roadmap-answers"),
    path("history/", kept.history, name="roadmap-history"),
    path("history/<int:number>/", kept.go_to, name="roadmap-go-to"),
    path("undo/", kept.undo, name="roadmap-undo"),
    path("redo/", kept.redo, name="roadmap-redo"),
    path("rename/", kept.rename, name="roadmap-rename"),
    path("duplicate/", kept.duplicate, name="roadmap-duplicate"),
    path("archive/", kept.archive, name="roadmap-archive"),
    path("restore/", kept.restore, name="roadmap-restore"),
    path("share/", sharing.shares, name="roadmap-shares"),
    path("share/<uuid:share>/revoke/", sharing.revoke, name="roadmap-revoke"),
    path("calendar/", sharing.calendar_address, name="roadmap-calendar"),
    path("roadmap.<str:format>", sharing.export, name="roadmap-export"),
    path("delete/", kept.delete, name="roadmap-delete"),
]

# Below the address of an organisation, which only its members find there: what its
# advisors see of all students, what members are and do, files of many students, and
# one student.
ROSTER: list[URLPattern] = []
MEMBERS: list[URLPattern] = []
BULK: list[URLPattern] = []
STUDENT: list[URLPattern] = []

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
    path("roadmaps/", kept.index, name="roadmaps"),
    path("roadmaps/keep/", kept.keep, name="keep"),
    path("roadmaps/compare/", kept.compare, name="roadmaps-compare"),
    path("roadmaps/<uuid:code>/", kept.detail, name="roadmap"),
    path("roadmaps/<uuid:code>/", include(ROADMAP)),
    path("shared/<str:token>/", sharing.shared, name="shared"),
    path("calendar/<str:token>.ics", sharing.calendar, name="calendar"),
    path("account/download/", leaving.download, name="download"),
    path("account/delete/", leaving.delete, name="delete-account"),
    path("account/deleted/", leaving.deleted, name="deleted"),
    path("account/reminders/", reminders.choose, name="reminders"),
    path("reminders/stop/<str:token>/", reminders.stop, name="stop-reminders"),
    path(
        "organisations/<uuid:organisation>/",
        include([*ROSTER, *MEMBERS, *BULK]),
    ),
    path(
        "organisations/<uuid:organisation>/students/<uuid:student>/", include(STUDENT)
    ),
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
