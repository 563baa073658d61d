# Two commands do all the set-up there is: `make tour` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: tour test test-long lint bench audit clean

tour: $(STAMP)
	$(BIN)/attnlab tour

test: $(STAMP)-dev
	$(BIN)/python -m pytest -m "not long"

test-long: $(STAMP)-dev
	$(BIN)/python -m pytest

lint: $(STAMP)-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(STAMP)
	$(BIN)/attnlab author audit

bench: $(STAMP)-dev
	for script in tests/benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "attnlab needs Python 3.11 or later; '$(PYTHON)' is older. Try: make PYTHON=python3.12 tour"; exit 3; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing attnlab into .venv (torch is large: about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(STAMP)-dev: $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
