"""Accounts, as an application."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_save


class AccountsConfig(AppConfig):
    name = "careerpath.accounts"

    def ready(self) -> None:
        """See to it that no more is kept of people than is needed."""
        # Models can be imported only now.
        from allauth.socialaccount.models import SocialAccount
        from allauth.usersessions.models import UserSession

        from careerpath.accounts import keeping, sessions

        user_logged_in.connect(sessions.see)
        pre_save.connect(keeping.keep_little_of_session, sender=UserSession)
        pre_save.connect(keeping.keep_no_claims, sender=SocialAccount)
