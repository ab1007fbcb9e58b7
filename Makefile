# Two commands for everyone: `make run` and `make test`. Each sets up all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
HOME_DIR ?= $(CURDIR)/.guanxi
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run test check bench fix messages setup islands lock clean

run: setup
	@$(BIN)/python scripts/run_demo.py "$(HOME_DIR)"

test: setup
	@$(BIN)/python scripts/run_tests.py

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/house_linter.py src/guanxi
	$(BIN)/djlint src --lint --quiet
	$(BIN)/python scripts/messages.py check
	$(BIN)/python scripts/build_islands.py --check

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	@for file in bench/*.py; do $(BIN)/python $$file || exit 1; done

messages: setup
	$(BIN)/python scripts/messages.py extract

lock:
	$(UV) pip compile pyproject.toml --group dev --generate-hashes --universal --no-emit-index-url --python-version 3.11 -q -o requirements.lock

setup: $(VENV)/.installed islands

$(VENV)/.installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes --requirements requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

islands: $(VENV)/.installed
	@$(BIN)/python scripts/build_islands.py
	@$(BIN)/python scripts/messages.py compile

clean:
	rm -rf $(VENV) frontend/node_modules src/guanxi/web/static/islands src/guanxi/places/static/standalone
