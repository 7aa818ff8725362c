# Each target is something a person could type. `make help` lists them.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
# The first of these that runs and is 3.11 to 3.13 makes the environment. Some
# machines have a python3.13 on the path that only says it is not installed.
PYTHONS ?= python3.13 python3.12 python3.11 python3 python

bin := .venv/bin
python := $(bin)/python
pip := pip --disable-pip-version-check
# One process for each core; a file stays in one, for what its tests share. In their
# own order: xdist would leave those of few tests for the end, and they take longest.
pytest := $(python) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
install := install --quiet --require-hashes --only-binary :all:

.PHONY: help run test lint bench lock clean

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | sort | while IFS='	' read -r name what; do printf '  make %-8s %s\n' "$$name" "$$what"; done

# The worker beside it stops by itself as soon as the server is gone.
run: .venv/runtime ## serve the site on this machine, and do its background work
	@$(python) manage.py migrate --verbosity 0
	@$(python) manage.py load_catalogue
	@echo "careerpath is at http://localhost:$(PORT)/"
	@$(python) manage.py work --beside & exec $(python) manage.py runserver 127.0.0.1:$(PORT)

# Once is enough for what may use no database, for who is let in where and how pages look,
# which no database decides, and for careers made of all public data: its import, the
# drafts and what is published of them are tested on both in parts.
once := --ignore=tests/test_every_occupation.py --ignore=tests/web/test_permissions.py \
	--ignore=tests/browser/test_accounts.py --ignore=tests/browser/test_minute.py \
	--ignore=tests/browser/test_pages.py
test: .venv/dev ## run every test, on SQLite and on PostgreSQL
	DATABASE_URL= $(pytest) $(ARGS)
	$(python) -m tests.postgres $(pytest) --only-database $(once) $(ARGS)

lint: .venv/dev ## check format, style, imports, types, migrations, settings
	$(bin)/ruff format --check
	$(bin)/ruff check
	find templates -name '*.html' -exec $(bin)/djade --target-version 5.2 --check {} +
	$(bin)/lint-imports
	$(bin)/mypy .
	$(python) manage.py makemigrations --check
	DEBUG=0 SECRET_KEY=$$($(python) -c 'import secrets; print(secrets.token_urlsafe(50))') ALLOWED_HOSTS=careerpath.example $(python) manage.py check --deploy --fail-level WARNING

bench: .venv/bench ## measure speed against peers and ceilings
	$(python) -m bench

lock: ## write the lock files anew from pyproject.toml (needs uv)
	uv pip compile $(lock_options) $(ARGS) pyproject.toml --output-file requirements.txt
	uv pip compile $(lock_options) $(ARGS) pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt
	uv pip compile $(lock_options) $(ARGS) --group bench --constraint requirements-dev.txt --output-file requirements-bench.txt

# One lock for every Python and platform, with hashes and without any address.
lock_options := --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links

clean: ## remove what can be made again; the database stays
	rm -rf .venv staticfiles .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps depend on the lock, so a changed lock is installed and nothing else is.
.venv/runtime: .venv/python requirements.txt
	@echo "Installing what careerpath runs on ..."
	@$(call pip_do,$(install) --requirement requirements.txt)
	@touch $@

.venv/dev: .venv/runtime requirements-dev.txt
	@echo "Installing what careerpath is tested with ..."
	@$(call pip_do,$(install) --requirement requirements-dev.txt)
	@touch $@

.venv/bench: .venv/dev requirements-bench.txt
	@echo "Installing what careerpath is measured against ..."
	@$(call pip_do,$(install) --requirement requirements-bench.txt)
	@touch $@

# A Debian without python3-venv cannot put pip into the environment; there the
# pip of the machine does the same work from outside.
pip_do = if test -x $(bin)/pip; then $(python) -m $(pip) $(1); else $$(cat .venv/python) -m $(pip) --python $(python) $(1); fi

.venv/python:
	@for python in $(PYTHONS); do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	    rm -rf .venv; \
	    "$$python" -m venv .venv 2>/dev/null || { rm -rf .venv && "$$python" -m venv --without-pip .venv; } || exit 1; \
	    echo "$$python" > $@; exit 0; \
	  fi; \
	done; \
	echo "careerpath needs Python 3.11, 3.12 or 3.13; none of '$(PYTHONS)' is one that runs." >&2; exit 1
