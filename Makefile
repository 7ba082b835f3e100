# Each target is what a person could type. `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test check lint format types walls suite coverage bench journeys messages lock clean

help:            ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: .venv/run   ## install, migrate, load the demo when the database is new, serve on http://127.0.0.1:8000
	@exec $(BIN)/muster demo --when-new --serve

test: .venv/dev  ## everything that must be green: lint, types, walls, the suite on both databases, coverage
	@$(MAKE) --no-print-directory check suite coverage

check: lint types walls

lint: .venv/dev  ## style of code and templates
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/djlint lms/templates --lint --quiet

format: .venv/dev ## put code and templates into shape
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: .venv/dev ## mypy, strict, over the rules and the shelf
	$(BIN)/mypy

walls: .venv/dev ## who may import whom
	$(BIN)/lint-imports

suite: .venv/dev ## the tests, on SQLite and PostgreSQL
	$(BIN)/python scripts/browser.py
	$(BIN)/python -m slipcover --json --out .coverage.json -m pytest -n 2 --dist worksteal

coverage: .venv/dev ## 100 % of domain and library, 90 % elsewhere
	$(BIN)/python scripts/covered.py .coverage.json

journeys: .venv/dev ## only the journeys in a real browser
	$(BIN)/pytest tests/journeys

bench: .venv/dev ## benchmarks: one table, exit status 1 when a goal is missed
	$(BIN)/python -m benchmarks

messages: .venv/dev ## gather what the interface says into the catalogues and compile them
	$(BIN)/python scripts/messages.py

lock:            ## renew requirements*.lock (needs uv)
	uv pip compile -q pyproject.toml --group build --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url -o requirements.lock
	uv pip compile -q pyproject.toml --group build --group dev --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url -c requirements.lock -o requirements-dev.lock

clean:           ## remove the environment and the local database
	rm -rf .venv var

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Muster needs Python 3.11 or newer; try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv is missing. On Debian: apt install python3-venv"; exit 1; }

.venv/run: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing what Muster needs into .venv (about half a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@echo "Installing what the tests need into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
