#!/usr/bin/env python
"""Run a management command; the only place that turns DEBUG on by default."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careerpath.settings")
    execute_from_command_line(sys.argv)
