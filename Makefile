# Heli 和离. `make help` lists the targets.

PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$python"; break; }; done)
UV ?= uv
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
LOCK := pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev browser demo test check lint types imports secrets audit sbom miniprogram \
	format lock pictures routes bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/setup.stamp ## set up .venv; afterwards there is .venv/bin/heli

setup-dev: .venv/setup-dev.stamp ## set up what the tests need, too

browser: .venv/setup-dev.stamp ## a Chromium for the journeys: found, or installed
	@$(BIN)/python scripts/arrange_browser.py

demo: setup ## the demo world; make demo ARGS="--once" tells the story and ends
	@$(BIN)/heli demo $(ARGS)

test: check browser miniprogram ## lint, types, import rules and every test; ARGS goes to pytest
	$(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint types imports secrets ## lint, types, import rules and a look for secrets

lint: setup-dev ## style
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet

types: setup-dev ## mypy, strict
	HELI_ENV=test $(BIN)/mypy --no-error-summary

imports: setup-dev ## which room may import which
	$(BIN)/lint-imports --no-logo > .venv/imports.log || { cat .venv/imports.log; exit 1; }

secrets: setup-dev ## look for secrets; ARGS=--renew takes what was looked at into the baseline
	@$(BIN)/python scripts/scan_secrets.py $(filter --renew,$(ARGS))

audit: setup ## known weaknesses of the locked packages; HELI_ADVISORIES=DIR asks a copy of the database
	@$(BIN)/python -m scripts.audit_dependencies

sbom: setup ## the parts of this version as CycloneDX (JSON), to the terminal
	@$(BIN)/python -m scripts.write_sbom

miniprogram: setup-dev ## the mini program: lint and tests, where there is Node.js
	@$(BIN)/python scripts/test_miniprogram.py

format: setup-dev ## put the code into the house's form
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

routes: setup-dev ## write docs/routes.md anew: which path is for whom
	@$(BIN)/python scripts/write_routes.py

pictures: browser ## pictures of every page; ARGS="--to DIR" takes all, else the README's
	$(BIN)/python scripts/take_pictures.py $(ARGS)

bench: setup ## the benchmarks, side by side; figures to bench/results/
	$(BIN)/python -m bench.pages $(ARGS)
	$(BIN)/python -m bench.simulation
	$(BIN)/python -m bench.rush
	$(BIN)/python -m bench.scale
	$(BIN)/python -m bench.pushes

lock: ## resolve the dependencies anew (needs uv)
	$(UV) $(LOCK) --extra build --output-file requirements.lock
	$(UV) $(LOCK) --extra build --extra dev --constraint requirements.lock --no-annotate \
		--output-file requirements-dev.lock

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Heli needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@echo "Setting up .venv; the first time this takes a minute or two." >&2
	@"$(PYTHON)" -m venv .venv

.venv/setup.stamp: requirements.lock pyproject.toml | .venv/bin/python
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/setup-dev.stamp: requirements-dev.lock .venv/setup.stamp
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
