"""What stands at which address of the planner."""

from django.urls import include, path

from planner.views import (
    advice,
    api,
    bulk,
    careers,
    changes,
    consents,
    exports,
    invitations,
    kept,
    leaving,
    members,
    reminders,
    reports,
    roadmaps,
    roster,
    sharing,
    students,
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
    path("advice/", advice.advice, name="roadmap-advice"),
    path("advice/say/", advice.say, name="roadmap-say"),
    path("advice/<int:comment>/resolve/", advice.resolve, name="roadmap-resolve"),
    path("advice/<int:comment>/decline/", advice.decline, name="roadmap-decline"),
    path("advice/<uuid:consent>/review/", advice.review, name="roadmap-review"),
    path("delete/", kept.delete, name="roadmap-delete"),
]

# Below the address of an organisation, which only its members find there: what its
# advisors see of all students, what members are and do, files of many students, and
# one student.
ROSTER = [
    path("", roster.organisation, name="organisation"),
    path("views/", roster.keep_view, name="saved-views"),
    path("views/<int:view>/delete/", roster.delete_view, name="saved-view-delete"),
    path("ticked/", roster.ticked, name="roster-ticked"),
    path("cohort/", roster.plots, name="cohort"),
]
MEMBERS = [
    path("members/", members.members, name="members"),
    path("members/<int:membership>/end/", members.leave, name="member-leave"),
    path("about/", members.about, name="organisation-about"),
    path("usage/", members.usage, name="usage"),
    path("invitations/", invitations.index, name="invitations"),
    path("invitations/list/", invitations.by_list, name="invitations-list"),
    path(
        "invitations/<uuid:invitation>/revoke/",
        invitations.revoke,
        name="invitation-revoke",
    ),
]
BULK = [
    path("exports/", bulk.index, name="exports"),
    path("exports/order/", bulk.order, name="export-order"),
    path("exports/<uuid:export>/", bulk.detail, name="bulk-export"),
    path("exports/<uuid:export>/cancel/", bulk.cancel, name="bulk-export-cancel"),
    path("exports/<uuid:export>/file/", bulk.file, name="bulk-export-file"),
]
STUDENT = [
    path("", students.student, name="student"),
    path("say/", students.say, name="student-say"),
    path("remarks/<int:comment>/resolve/", students.resolve, name="student-resolve"),
    path("review/", students.review, name="student-review"),
    path("agree/", students.approve, name="student-agree"),
    path("note/", students.note, name="student-note"),
    path("assign/", students.assign, name="student-assign"),
    path("roadmap.<str:format>", students.file, name="student-file"),
]

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
    path("account/advisors/", consents.index, name="advisors"),
    path(
        "account/advisors/<uuid:consent>/roadmap/",
        consents.choose,
        name="consent-roadmap",
    ),
    path(
        "account/advisors/<uuid:consent>/withdraw/",
        consents.withdraw,
        name="consent-withdraw",
    ),
    path("account/download/", leaving.download, name="download"),
    path("account/delete/", leaving.delete, name="delete-account"),
    path("account/deleted/", leaving.deleted, name="deleted"),
    path("account/reminders/", reminders.choose, name="reminders"),
    path("reminders/stop/<str:token>/", reminders.stop, name="stop-reminders"),
    path("invitations/<str:token>/", invitations.answer, name="invitation"),
    path("organisations/", members.index, name="organisations"),
    path(
        "organisations/<uuid:organisation>/",
        include([*ROSTER, *MEMBERS, *BULK]),
    ),
    path(
        "organisations/<uuid:organisation>/students/<uuid:student>/", include(STUDENT)
    ),
    path(
        "organisations/<uuid:organisation>/remarks/", students.remarks, name="remarks"
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
