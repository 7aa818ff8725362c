"""Browsers ask for /favicon.ico on their own; they are shown where the icon is."""


def test_the_old_address_of_the_icon_leads_to_the_icon(client):
    asked = client.get("/favicon.ico")
    assert asked.status_code == 302
    icon = client.get(asked.headers["Location"])
    assert icon.getvalue().startswith(b"<svg")
    assert icon.headers["Content-Type"] == "image/svg+xml"
