# The one door: each target sets up what it needs, from nothing but Python and pip.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
CODE   := sheetsync tests benchmarks

.PHONY: help setup demo test lint types contract docs pictures check format clean

help: ## what can be done here
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## make .venv from the pinned versions

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY) ## the whole story, offline, in the folder demo/
	@rm -rf demo
	$(BIN)/sheetsync demo demo

test: $(READY) ## all tests
	$(BIN)/python -m pytest -q -n auto --dist loadgroup

lint: $(READY) ## ruff: format and rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY) ## mypy --strict
	$(BIN)/mypy

contract: $(READY) ## the wall plan: who may import whom
	$(BIN)/lint-imports

docs: $(READY) ## the reference pages, from the code
	$(BIN)/python docs/generate.py

pictures: $(READY) ## the pictures of the forms; needs LibreOffice and poppler
	$(BIN)/python docs/pictures.py

check: lint types contract test ## everything a change must pass

format: $(READY) ## let ruff format and mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what the targets made
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache dist
