"""What a web server runs. It leaves DEBUG alone, so production needs a SECRET_KEY."""

import os

from django.core.wsgi import get_wsgi_application

from planner.engine import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careerpath.settings")

application = get_wsgi_application()

# Loading the solver takes a quarter of a second: better now than in the first page.
warm()
