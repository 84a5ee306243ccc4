# `make tour` runs the main job and `make test` the tests; each sets up what it needs first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SOURCES := pyproject.toml constraints.txt

.PHONY: tour test lint docs bench clean
.DEFAULT_GOAL := tour

tour: $(VENV)/.user  ## the whole deck: exercises, proof, classifier, report
	$(BIN)/logitlab tour

test: $(VENV)/.developer  ## all tests, doctests included
	$(BIN)/python -m pytest --numprocesses 2

lint: $(VENV)/.developer  ## style, types and the layers of ARCHITECTURE.md
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.developer  ## the documentation, into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(VENV)/.developer  ## the measured figures of README and docs
	$(BIN)/python benchmarks/loss.py
	$(BIN)/python benchmarks/exactness.py
	$(BIN)/python benchmarks/quality.py

clean:
	rm -rf $(VENV) site tour dist

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "logitlab needs Python 3.11 or newer, and '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)."; \
	  echo "hint: name another one, such as: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Creating a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "hint: on Debian and Ubuntu the module is in the package python3-venv"; exit 1; }
	@$(PIP) --upgrade pip
	@touch $@

$(VENV)/.user: $(VENV)/.python $(SOURCES)
	@echo "Installing logitlab and what it needs (PyTorch is large: some minutes the first time) …"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.developer: $(VENV)/.user
	@echo "Installing what the tests, the linters and the docs need …"
	@$(PIP) --editable . --group test --group lint --group docs
	@touch $@
