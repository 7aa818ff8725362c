"""Everything about accounts.

Left out of what allauth has: its list of sessions, for which ours stands; passkeys,
telephones, and sign-in by a code alone, which its settings leave off; and the old
addresses of its campus logins. Without a campus login those pages lead to none.
"""

from django.urls import include, path

from careerpath.accounts import sessions, views

urlpatterns = [
    path("", views.overview, name="account"),
    path("name/", views.name, name="account_name"),
    path("sessions/", sessions.sessions, name="account_sessions"),
    path("", include("allauth.account.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
    path("campus/", include("allauth.socialaccount.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
