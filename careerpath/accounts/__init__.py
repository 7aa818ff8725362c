"""Accounts: what django-allauth does, in our words and with our limits."""
