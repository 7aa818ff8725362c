"""Accounts, at the desk."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from planner.models import User

admin.site.register(User, UserAdmin)
