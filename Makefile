# make ask Q="…"   one question to the sample newsroom        make test    the tests
# make chat        the terminal chat                           make check   format, lint, types, tests: what CI runs
# make serve       the HTTP API on 127.0.0.1:8000              make bench   side by side with the peers
PYTHON ?= python3.11
BIN := .venv/bin
Q ?= What did Rudenko and Qin Gang discuss?
LIBRARY ?= .library
export PULLQUOTE_LIBRARY ?= $(LIBRARY)

.PHONY: ask chat serve test test-slow check lint types bench openapi clean
.DEFAULT_GOAL := ask

# pip installs exactly what the lock file names; --no-deps keeps it from resolving anything else.
.venv/ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Pullquote needs $(PYTHON); or name yours: make PYTHON=python3.12 …" >&2; exit 2; }
	@echo "Setting up .venv (once, some minutes)…" >&2
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The sample library: the seed article and a small newsroom.
.library/ready: .venv/ready $(wildcard seeds/*)
	@$(BIN)/pullquote --library .library add seeds >&2
	@touch $@

ask: .library/ready
	@$(BIN)/pullquote ask "$(Q)" || test $$? -eq 1 # no answer is an answer; what went wrong has been said

chat: .library/ready
	@$(BIN)/pullquote chat

serve: .library/ready
	@$(BIN)/pullquote serve

test: .venv/ready
	@$(BIN)/python -m pytest

test-slow: .venv/ready
	@$(BIN)/python -m pytest -m slow

lint: .venv/ready
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: .venv/ready
	@$(BIN)/mypy

check: lint types test

bench: .venv/ready
	@$(BIN)/python -m bench

clean:
	rm -rf .venv .library .mypy_cache .ruff_cache .pytest_cache

# The API's description, held to the code by tests/test_openapi.py.
openapi: .venv/ready
	@$(BIN)/python -c 'import json; from qa.server.app import create_app; from qa.server.settings import ServerSettings; \
	print(json.dumps(create_app(lambda: None, ServerSettings()).openapi(), indent=2))' > openapi.json
