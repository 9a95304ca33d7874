# The commands of the house. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PORT ?= 8000
TABLES ?= 3000
FUZZ ?= 1000000
ROUNDS ?= 10
EXAMPLES ?= 10
# python3.11 where there is one that runs, else python3 (which must be at least 3.11).
PYTHON ?= $(shell if python3.11 -c '' 2>/dev/null; then echo python3.11; else echo python3; fi)
INSTALL := pip install --quiet --disable-pip-version-check
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11

# For two cores. Without Django a file after the other, since the tests of a file share what is made once for them; with
# it one test after the other, the journeys first, so that no process waits long for another at the end, and on three
# processes, since a journey waits for its server and its browser half of the time.
PURE := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
DESK := $(BIN)/pytest -n 3 --dist load --maxschedchunk 1
# Journeys of pages and of processes, for which it is all one what the database is.
ALONE := accessibility beside_the_plan browser escalation keys list_facts orders outside people_leaving reach real_mail serving transfers

# Tests of how pages look and read, whose queries others ask on both databases.
PAGES := addresses catalogue_pages documents duty_pages flip_pages handoff_pages icons imports_pages meeting_pages \
  order_validation_pages outside_pages phases_pages runbook_document runbook_pages safety step_pages style_page web_access \
  web_calendars web_comparison web_errors web_people web_runbooks web_trying

# Stages beside each other, types on one core and tests on the other, each with its own words in one piece.
APART := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

# One stage of the tests, by name: what failed is said last, where it is seen.
stage = @echo "— $(1)"; $(2) || { echo "FAILED: $(1)" >&2; exit 1; }

.PHONY: help python setup check style types arrows test test-pure test-pages soak-durability soak-properties soak bench bench-web bench-flip bench-orders oracle tck docs run lock clean pictures fuzz fuzz-guided

help:
	@sed -n 's/^## //p' Makefile

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Handrail needs Python 3.11 or newer; $(PYTHON) is not. Install one, or name it: make setup PYTHON=…" >&2; \
	  exit 1; }

## make setup   the virtual environment .venv with all of requirements.lock, and Handrail itself (editable)
setup: .venv/stamp

.venv/stamp: requirements.lock pyproject.toml | python
	@echo "— setting up .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/$(INSTALL) --require-hashes -r requirements.lock
	@$(BIN)/$(INSTALL) --no-index --no-deps --no-build-isolation -e .
	@touch $@

## make check   what can be said without running anything: style, types, which way the arrows run
check: style types arrows

style: setup
	$(call stage,style,$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .)

types: setup
	$(call stage,types,HANDRAIL_SECRET_KEY=for-type-checking $(BIN)/mypy)

arrows: setup
	$(call stage,arrows,$(BIN)/lint-imports)

test-pure: setup
	$(call stage,tests without Django,$(PURE) tests/spec tests/core)

## make test    check, and every test: without Django, on SQLite, on PostgreSQL (pages and processes alone on SQLite only)
test: style
	$(call stage,a Chromium for the journeys,$(BIN)/python tests/chromium.py)
	@$(MAKE) -j 2 $(APART) types arrows test-pure || { echo "FAILED: look above for types, arrows or tests" >&2; exit 1; }
	$(call stage,tests on SQLite,$(DESK) tests/desk tests/journey --database sqlite)
	$(call stage,tests on PostgreSQL,$(DESK) tests/desk tests/journey --database postgresql \
	  $(ALONE:%=--ignore tests/journey/test_%.py) $(PAGES:%=--ignore tests/desk/test_%.py))

## make test-pages  the tests of pages on PostgreSQL too
test-pages: setup
	$(call stage,tests of pages on PostgreSQL,$(DESK) $(PAGES:%=tests/desk/test_%.py) --database postgresql)

## make run     try it: a demo company at http://localhost:8000/ (PORT=… for another port)
run: setup
	@exec $(BIN)/handrail serve --demo --worker --port $(PORT)

## make soak-durability  processes killed at random on both databases (ROUNDS=… for more or fewer; SEED=…)
soak-durability: setup
	@for database in sqlite postgresql; do \
	  HANDRAIL_TEST_ROUNDS=$(ROUNDS) HANDRAIL_TEST_SEED=$(SEED) \
	  $(BIN)/pytest tests/journey/test_durability.py tests/journey/test_flip_durability.py \
	    tests/journey/test_post_durability.py -s --database $$database; done

## make soak-properties  what is tried at random without Django, many times as often and anew each time (EXAMPLES=…)
soak-properties: setup
	@HANDRAIL_TEST_RANDOM=1 HANDRAIL_TEST_EXAMPLES=$(EXAMPLES) $(PURE) tests/core

## make bench   the benchmarks, beside peers (in a virtual environment of their own)
bench: .venv-bench/stamp
	@.venv-bench/bin/python benchmarks/run.py

## make bench-web  how long pages take with 10,000 and with 1,000,000 handoffs on PostgreSQL, and with 20,000 on SQLite
bench-web: setup
	@$(BIN)/python -m benchmarks.web

## make bench-flip  how long moving 10,000 and 100,000 accounts takes, beside a bare COPY, and who waits meanwhile (FLIP=…)
bench-flip: setup
	@$(BIN)/python -m benchmarks.flipping

## make bench-orders  how long it takes to check an order of 50 lines and 100,000 orders, beside bare arithmetic with numpy
bench-orders: setup
	@$(BIN)/python benchmarks/orders.py
	@$(BIN)/python benchmarks/orders_stored.py

## make oracle  what is proved about tables, proved again by z3 on thousands of tables of chance (TABLES=…)
oracle: .venv-bench/stamp
	@.venv-bench/bin/python benchmarks/oracle.py --tables $(TABLES)

## make tck     the public DMN test cases: TCK=… names a checkout of github.com/dmn-tck/tck
tck: setup
	@$(BIN)/python benchmarks/tck.py "$(TCK)"

.venv-bench/stamp: requirements-bench.lock pyproject.toml | python
	@echo "— setting up .venv-bench"
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/$(INSTALL) --require-hashes -r requirements-bench.lock
	@.venv-bench/bin/$(INSTALL) --no-index --no-deps --no-build-isolation -e .
	@touch $@

## make docs    docs/reference anew, from the spec cases and the code
docs: setup
	@$(BIN)/python docs/generate.py

## make fuzz    spoiled files through check, decide and diff: FUZZ=… of them, SEED=… for the same ones again
fuzz: setup
	@$(BIN)/python -m tests.fuzz --inputs $(FUZZ) $(if $(SEED),--seed $(SEED))

## make fuzz-guided  the same, chosen by what they reach (with atheris, in a virtual environment of its own; Linux)
fuzz-guided: .venv-fuzz/stamp
	@.venv-fuzz/bin/python -m tests.fuzz.guided --inputs $(FUZZ) $(if $(SEED),--seed $(SEED))

.venv-fuzz/stamp: requirements-fuzz.lock pyproject.toml | python
	@echo "— setting up .venv-fuzz"
	@test -x .venv-fuzz/bin/python || $(PYTHON) -m venv .venv-fuzz
	@.venv-fuzz/bin/$(INSTALL) --require-hashes -r requirements-fuzz.lock
	@.venv-fuzz/bin/$(INSTALL) --no-index --no-deps --no-build-isolation -e .
	@touch $@

## make soak    100,000 handoffs fall due while workers and PostgreSQL are killed (SOAK=…, SOAK_DATABASE=sqlite)
soak: setup
	@$(BIN)/python -m tests.soak

## make pictures  the documentation's pictures anew, from a demo company
pictures: setup
	@$(BIN)/python docs/take_pictures.py

## make lock    the locks anew from pyproject.toml, with the newest versions that it allows
lock: | python
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock; .venv-lock/bin/$(INSTALL) uv; }
	@.venv-lock/bin/$(COMPILE) --upgrade --extra test --output-file requirements.lock pyproject.toml
	@.venv-lock/bin/$(COMPILE) --upgrade --extra bench --output-file requirements-bench.lock pyproject.toml
	@.venv-lock/bin/$(COMPILE) --upgrade --extra fuzz --output-file requirements-fuzz.lock pyproject.toml

## make clean   away with everything that the commands above made
clean:
	@rm -rf .venv .venv-bench .venv-fuzz .venv-lock .fuzz build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
