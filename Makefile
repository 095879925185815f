# make ask Q="…"   one question to the sample newsroom        make test    the tests
# make chat        the terminal chat                           make check   format, lint, types, tests: what CI runs
# make serve       the HTTP API on 127.0.0.1:8000              make bench   side by side with the peers
PYTHON ?= python3.11
BIN := .venv/bin
Q ?= How much did the quince portrait sell for?
LIBRARY ?= .library
export PULLQUOTE_LIBRARY ?= $(LIBRARY)

.PHONY: ask chat serve test test-slow check lint types bench openapi lock clean
.DEFAULT_GOAL := ask

# .venv/ready has what answering needs, .venv/whole the extras and the tests' tools as well; either may come first.
# pip installs exactly what the lock file names, and takes no file whose hash is not in it; --no-deps keeps it from
# resolving anything else. Modules are compiled when they are first used.
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile
define set_up
	@command -v $(PYTHON) >/dev/null || { echo "Pullquote needs $(PYTHON); or name yours: make PYTHON=python3.12 …" >&2; exit 2; }
	@echo "Setting up .venv (once, $(2))…" >&2
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes --requirement $(1)
	@$(PIP) --no-build-isolation --editable .
	@touch .venv/ready $@
endef

.venv/ready: requirements.lock pyproject.toml
	$(call set_up,requirements.lock,about a minute)

.venv/whole: requirements-dev.lock pyproject.toml
	$(call set_up,requirements-dev.lock,some minutes)

# Both lock files, from pyproject.toml. UPGRADE=--upgrade takes the newest versions.
lock:
	@$(PYTHON) -m venv .venv/lock
	@.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@deploy/lock.sh .venv/lock/bin/uv $(UPGRADE)

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

# A file's tests stay together: they share what is slow to start.
test: .venv/whole
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

test-slow: .venv/whole
	@$(BIN)/python -m pytest -m slow

lint: .venv/whole
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: .venv/whole
	@$(BIN)/mypy

check: lint types test

bench: .venv/whole
	@$(BIN)/python -m bench

clean:
	rm -rf .venv .library .mypy_cache .ruff_cache .pytest_cache

# The API's description, held to the code by tests/test_openapi.py.
openapi: .venv/whole
	@$(BIN)/python -c 'import json; from qa.server.app import create_app; from qa.server.settings import ServerSettings; \
	print(json.dumps(create_app(lambda: None, ServerSettings()).openapi(), indent=2))' > openapi.json
