"""The planner application."""

from django.apps import AppConfig


class PlannerConfig(AppConfig):
    name = "planner"
    verbose_name = "Career planning"
    default_auto_field = "django.db.models.BigAutoField"
