# The few commands of this project; `make help` lists them.
SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
# What one command has compiled the next one need not: the tests begin hundreds.
unexport PYTHONDONTWRITEBYTECODE
# Where it is C, or a locale that is not there, Python 3.11 dies of a path in Kazakh letters.
unexport LC_ALL
# uv trusts whom the system trusts, as pip does: an office may look into its TLS.
export UV_SYSTEM_CERTS := true

IS_NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p $(IS_NEW_ENOUGH) && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip
UV := $(BIN)/uv
fail = { echo "$(1)" >&2; exit 1; }
UNFETCHED := Not installed (see above): this wants a network or a package index that pip knows \
(PIP_INDEX_URL), and 1 GB of room; then run it again
# Scripts in .venv name their place: one that was moved, is half made or lost its Python is made anew.
STALE := $(shell test "$$(cat .venv/.uv 2>/dev/null)" = "$(CURDIR)" && test -x $(BIN)/python \
	|| echo stale)
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header $(UPGRADE)
EXTRACT := $(BIN)/pybabel -q extract -F pyproject.toml --project=seriktes --version=0.1.0 \
	--no-location --sort-by-file -k _l -k lazy_gettext -k lazy_ngettext:1,2 -k lazy_pgettext:1c,2
CATALOGUES := $(wildcard crm/translations/*/LC_MESSAGES/messages.po)

.PHONY: help setup run test look check format translations shots bench flow lock stale

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-14s%s\n", $$1, $$2 }' Makefile

setup: .venv/.installed $(CATALOGUES:.po=.mo) ## make .venv, with .venv/bin/crm

.venv/.uv: requirements-bootstrap.lock $(STALE)
	@test -n "$(PYTHON)" && "$(PYTHON)" $(IS_NEW_ENOUGH) || \
		$(call fail,Python 3.11 or later is needed: install it or name it by make setup PYTHON=…)
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
		$(call fail,$(PYTHON) has no module venv: apt install python3-venv (Debian and Ubuntu) brings it)
	@test -w . || $(call fail,$$(id -un) may not write in $(CURDIR): clone it where you may)
	@$(if $(STALE),echo "making .venv with $(PYTHON)"; \
		rm -rf .venv && "$(PYTHON)" -m venv .venv || $(call fail,$(UNFETCHED)))
	@$(PIP) install --quiet --disable-pip-version-check --require-hashes --no-deps \
		-r requirements-bootstrap.lock || $(call fail,$(UNFETCHED))
	@printf '%s\n' "$(CURDIR)" >$@

# What uv cannot reach pip may: it has settings of its own for indexes, proxies and authorities.
.venv/.synced: .venv/.uv requirements-dev.lock
	@echo "installing requirements-dev.lock into .venv"
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(UV) pip sync --quiet --require-hashes \
		--compile-bytecode requirements-dev.lock || \
		$(PIP) install --quiet --disable-pip-version-check --require-hashes --no-deps \
		-r requirements-dev.lock || $(call fail,$(UNFETCHED))
	@touch $@

# `sync` takes away what the lock does not name, so the project itself always comes after it.
.venv/.installed: .venv/.synced pyproject.toml .ci/hatch_build.py
	@VIRTUAL_ENV="$(CURDIR)/.venv" $(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

%.mo: %.po | .venv/.installed
	$(BIN)/pybabel -q compile -i $< -o $@

run: setup ## the demo world, served at http://127.0.0.1:8000
	$(BIN)/crm db upgrade
	$(BIN)/crm seed demo
	exec $(BIN)/crm serve $(ARGS)

test: setup ## the whole suite, on SQLite and PostgreSQL and in Chromium
	$(BIN)/python -m tests.chromium
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

look: setup ## every page in Chromium, in each language, theme and width: accessible, light, still
	$(BIN)/python -m tests.chromium
	$(BIN)/pytest -n 2 -m look $(ARGS)

check: setup ## style, types, translations, architecture, nothing unused, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	pot=$$(mktemp) && trap 'rm -f "$$pot"' EXIT && $(EXTRACT) -o "$$pot" . && \
		$(BIN)/python .ci/check_translations.py "$$pot"
	$(BIN)/pytest -q tests/test_architecture.py tests/test_reachable.py tests/rules
	new=$$(mktemp -d) && trap 'rm -rf "$$new"' EXIT && export CRM_INSTANCE_PATH=$$new && \
		unset CRM_DATABASE_URL && $(BIN)/crm db upgrade && $(BIN)/crm db check

format: setup ## put the code into house style
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

translations: setup ## bring new texts into the .po files
	pot=$$(mktemp) && trap 'rm -f "$$pot"' EXIT && $(EXTRACT) -o "$$pot" . && \
		for language in kk ru; do $(BIN)/pybabel -q update -i "$$pot" -d crm/translations \
			-l $$language --init-missing --no-fuzzy-matching --ignore-obsolete \
			--ignore-pot-creation-date --no-wrap; done

shots: setup ## take the pictures of README and the manuals anew
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.shots

bench: setup ## measure pages and files beside their floors (ARGS=--quick: a small world)
	$(BIN)/python -m tests.bench $(or $(ARGS),--write)

flow: setup ## count the steps and seconds of the commonest jobs in Chromium
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.flow

lock: ## write the lock files anew from pyproject.toml (UPGRADE=--upgrade: newest versions)
	test -x $(UV) || $(MAKE) .venv/.uv
	$(UV) $(COMPILE) pyproject.toml -o requirements.lock
	$(UV) $(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	printf 'uv\nhatchling\nbabel\n' | $(UV) $(COMPILE) - -c requirements-dev.lock -o requirements-bootstrap.lock
