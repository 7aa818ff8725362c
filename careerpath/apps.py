"""The editors' desk, as an application."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "careerpath.desk.Desk"
