# Thin names over scripts/setup.py and the command line; without make, run those two (README.md).
PYTHON ?= python3
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
.PHONY: site test serve check setup clean
.NOTPARALLEL:

site: ## everything, into site/
	@$(PYTHON) scripts/setup.py --for site
	@$(BIN)/neuron-series site

test: ## every test
	@$(PYTHON) scripts/setup.py --for test
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

serve: ## live preview
	@$(PYTHON) scripts/setup.py --for site
	@$(BIN)/neuron-series serve

check: site ## format, lint, types, who imports whom, every link of site/
	@$(PYTHON) scripts/setup.py --for check
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/check_links.py site

setup: ## what site and test need, without running either
	@$(PYTHON) scripts/setup.py --for test

clean: ## forget pages and site; keep what was computed
	@rm -rf build/docs site
