# Everything runs in .venv, made from locked versions with hashes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKS := requirements/run.txt requirements/dev.txt

.PHONY: help install demo journey run test lint snippet bench faults latency same-answer signal lock chrome-builds
.DEFAULT_GOAL := help

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Ringback runs on (locked, with hashes) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what the tests need (locked, with hashes) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.run ## Install what Ringback runs on

demo: $(VENV)/.run ## Click a link in a mail and watch the rep's mail arrive
	@$(BIN)/ringback demo

journey: $(VENV)/.dev ## The same walk without hands: make journey DEALS=FILE [CONTACTS=FILE]
	@$(BIN)/ringback journey "$(DEALS)" $(if $(CONTACTS),--contacts "$(CONTACTS)")

latency: $(VENV)/.dev ## From the decision to the mail: median and p99 over 200 visits, embedded and scaled out
	@$(BIN)/python -m bench.alert_latency $(ARGS)

bench: $(VENV)/.dev ## What it does, measured, in eight minutes: make bench [FAST=1 | FULL=1] [ARGS=--write-docs]
	@$(BIN)/python -W "ignore:XDG_RUNTIME_DIR is not set" -m bench.load $(if $(FAST),--fast) $(if $(FULL),--full) $(ARGS)

faults: $(VENV)/.dev ## What is lost when things break, in twenty minutes: make faults [ARGS=--short | FULL=1]
	@$(BIN)/python -m bench.faults $(if $(FULL),--full) $(ARGS)

same-answer: $(VENV)/.dev ## Whether the time of an answer tells unknown, forged and expired tokens apart
	@$(BIN)/python -m bench.same_answer $(ARGS)

signal: $(VENV)/.dev ## Is every alert a person worth calling? The figures of docs/signal.md: make signal [ARGS=--short]
	@$(BIN)/python -m bench.signal $(ARGS)

run: $(VENV)/.run ## Ringback itself, embedded: one process, one SQLite file
	@$(BIN)/ringback run

test: $(VENV)/.dev ## All tests, on SQLite and PostgreSQL, with real Redis, SMTP and Chromium
	@$(BIN)/pytest -q -n 2 --dist worksteal $(ARGS)

lint: $(VENV)/.dev ## Style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

snippet: ## Check that the built snippet is what its source builds to (needs Node)
	cd snippet && npm ci --silent --no-audit --no-fund && node build.mjs --check

chrome-builds: $(VENV)/.dev ## Refresh the table of Chrome's builds (for maintainers; needs npm)
	@lists=$$(mktemp -d) && npm pack --silent --pack-destination $$lists electron-to-chromium@latest > $$lists/name && \
		{ $(PIP) index versions chromedriver-binary; tar -xzOf $$lists/*.tgz; } | $(BIN)/python -m bench.chrome_builds; \
		rm -r $$lists

lock: ## Refresh the lock files (for maintainers; needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra demo --extra build --extra dev pyproject.toml -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra demo --extra build -c requirements/dev.txt pyproject.toml -o requirements/run.txt
