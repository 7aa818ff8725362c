"""What stands at which address of the planner."""

from django.urls import path

from planner.views import careers, roadmaps

app_name = "planner"

urlpatterns = [
    path("", roadmaps.home, name="home"),
    path("routes/", roadmaps.routes, name="routes"),
    path("fields/", roadmaps.fields, name="fields"),
    path("careers/", careers.index, name="careers"),
    path("careers/<slug:slug>/", careers.detail, name="career"),
    path("sources/", careers.sources, name="sources"),
]
