"""The site in real Chromium, against the shipped catalogue."""
