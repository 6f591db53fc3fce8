# make demo: the sandbox on this computer. make test: everything that must hold. make bench: the figures.
# make rules-report: how well both rule engines do. make weights: what words weigh, learnt anew.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# Tests that measure how long something takes.
TIMED := tests/content/test_hostile.py
# Looks back on every service that ran in its own process: it goes along with each part that runs some.
LOOK_BACK := tests/journeys/test_nothing_leaked.py

# Branches that a part of the tests goes through, kept beside those of the others until the end.
COVERED = $(BIN)/python -m slipcover --dont-wrap-pytest --json --out .coverage.$@.json -m pytest
# Of all parts together, in per cent: it only rises.
COVERAGE_FLOOR := 99

.PHONY: install demo tour test test-timed test-bot test-content test-journeys test-parts lint rules-report weights
.PHONY: bench lock clean

# Only the environment, for a deployment.
install: .venv/run

demo: .venv/run
	$(BIN)/telementor demo

tour: .venv/run
	$(BIN)/telementor demo --tour

# First what is timed, with the machine to itself; then five things beside each other, each with its output in one
# piece: what the journeys wait for leaves two processors to the others.
test: .venv/test
	rm -f .coverage*
	$(MAKE) --no-print-directory test-timed
	$(MAKE) --no-print-directory --jobs=5 --output-sync=target test-journeys test-bot test-parts test-content lint
	$(BIN)/python -m slipcover --merge .coverage.*.json --out .coverage.json --fail-under $(COVERAGE_FLOOR)

# Against the clock, which nothing that watches may slow down.
test-timed:
	$(BIN)/python -m pytest $(TIMED)

# The adapters, the command line, the sandbox; then what left the services that ran in it.
test-bot:
	$(COVERED) tests/bot $(LOOK_BACK)

# Whole stories; what left their services is looked through at their end.
test-journeys:
	$(COVERED) tests/journeys

# Texts and both rule engines.
test-content:
	$(COVERED) tests/content --ignore=$(TIMED)

# What else is tested without a running service.
test-parts:
	$(COVERED) tests --ignore=tests/bot --ignore=tests/journeys --ignore=tests/content

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# How well both rule engines do, on both halves of the sets in tests/rules.
rules-report: .venv/test
	$(BIN)/python -m tests.rules

# How much words weigh, learnt anew from the lines in tests/rules.
weights: .venv/training
	$(BIN)/python -m tests.rules.training

bench: .venv/bench
	$(BIN)/python -m tests.bench

# The environment: locked versions, checked against their hashes, and the program itself as it lies here.
.venv/run: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

.venv/test: tests/requirements.lock .venv/run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	touch $@

# What the rule engines are measured beside: only for the bench.
.venv/bench: tests/bench/requirements.lock .venv/test
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r tests/bench/requirements.lock
	touch $@

# What the weights are learnt with.
.venv/training: tests/rules/requirements.lock .venv/test
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r tests/rules/requirements.lock
	touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv

# New versions of everything (needs uv). The locks name no index.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
		--extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build --extra test -c requirements.lock pyproject.toml -o tests/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build --extra test --extra bench -c tests/requirements.lock pyproject.toml -o tests/bench/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build --extra test --extra training -c tests/bench/requirements.lock pyproject.toml \
		-o tests/rules/requirements.lock

clean:
	rm -rf .venv .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info build
