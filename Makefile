# The first Python of 3.11 or newer that can make a virtual environment; PYTHON=... overrides.
WANTED := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c '$(WANTED)' >/dev/null 2>&1 && { echo "$$name"; break; }; done)

BIN := .venv/bin
CORE := .venv/.core
DEV := .venv/.dev
ALL := .venv-all/.all
PIP_INSTALL := $(BIN)/python -m pip install -q --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
DOCS := $(wildcard README.md docs)

# Compiled files make every later start faster.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint test-docs test-system torture bench docs pictures format clean

help: ## show what can be made
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /:/' | awk -F: '{ printf "make %-12s %s\n", $$1, $$2 }'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no Python of 3.11 or newer with venv was found: make PYTHON=/path/to/python" >&2; exit 1; }
	"$(PYTHON)" -m venv .venv

$(CORE): pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) -e .
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) -e '.[dev]'
	@touch $(CORE) $@

# By pip, which has just shown that it finds packages here.
demo: $(CORE) ## run the example from the first experiment to production
	MLTRACK_INSTALLER=$${MLTRACK_INSTALLER:-pip} $(BIN)/python examples/demo.py

test: lint ## lint, then run every test that needs no further Debian package
	$(PYTEST) -q -n 2 --ignore=tests/system --ignore=tests/large
	$(MAKE) --no-print-directory test-docs
	@if [ -n "$$CI" ] && sh tests/system/install.sh; then \
		$(PYTEST) -q -p no:xdist tests/system; \
	else \
		echo "system tests not run: make test-system (needs Debian's r-base-core, rsync, gcc, openssh-client, chromium)"; \
	fi

lint: $(DEV) ## check style, format, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test-docs: $(DEV) ## run the code blocks of README.md and docs/
	$(PYTEST) -q -p no:xdist -p no:randomly -p tests.docs.blocks $(DOCS)

# TensorFlow lives apart: it is large, and wants other versions of what it shares with the rest.
$(ALL): pyproject.toml | $(BIN)/python
	$(BIN)/python -m venv .venv-all
	.venv-all/bin/python -m pip install -q --disable-pip-version-check -e '.[dev-tensorflow]'
	@touch $@

test-all: $(DEV) $(ALL) ## try what is large or slow: TensorFlow, Keras on it, PyTorch installed anew
	KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=2 .venv-all/bin/python -m pytest -q \
		tests/large/test_tensorflow.py tests/models/test_flavor_contract.py -k "tensorflow or keras"
	$(PYTEST) -q -p no:xdist tests/large/test_fresh_environments.py

test-system: $(DEV) ## install the Debian packages that the system tests need, then run them
	sh tests/system/install.sh
	$(PYTEST) -q -p no:xdist tests/system

torture: $(DEV) ## try what the store promises for long (N=10000 ONLY=kills)
	$(BIN)/python -m tests.torture $(if $(ONLY),--only $(ONLY)) $(if $(N),--count $(N)) $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS))

bench: $(DEV) ## measure how fast it is against floors and others (ONLY=import PEERS=mlflow)
	$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(PEERS),--peers "$(PEERS)") $(if $(RUNS),--runs $(RUNS))

docs: $(DEV) ## write docs/cli.md anew from the commands' own help
	$(BIN)/python tests/docs/cli_reference.py --write

pictures: $(DEV) ## take the pictures of docs/pictures anew, with Debian's chromium
	$(BIN)/python -m tests.docs.report_pictures
	$(BIN)/python -m tests.docs.terminal_pictures

format: $(DEV) ## format the code and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove everything that was made here
	rm -rf .venv .venv-all .demo .torture .bench build dist .coverage .coverage.* htmlcov .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find mltrack tests -name __pycache__ -type d -prune -exec rm -rf {} +
