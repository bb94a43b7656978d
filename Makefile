# make alone prints what each recipe does.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Written once the environment holds what the lock file says.
READY := $(VENV)/.ready
# Cosmic Ray, in an environment of its own.
MUTANTS := .mutants
# What reads the files of docs/schedule/: Airflow, and linters of GitHub Actions, in environments of their own.
AIRFLOW := .airflow
LINTERS := .linters
# Spark, beside the packages of .venv: half a gigabyte that only `make test-engines` reads.
SPARK := .spark
# Which modules `make mutants` changes, by words of their paths (all of them), and how often each.
OF :=
EACH := 8

.PHONY: help install report test test-slow test-engines mutants lab bench bench-peers lint words lock clean

help:  ## Print what each recipe does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# PYTHONDONTWRITEBYTECODE would leave start-up to compile every module at every run.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --compile -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --compile -e .
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q portfolio
	touch $(READY)

install: $(READY)  ## Set up .venv from the lock file

report: $(READY)  ## Publish every report of params/demo.yml under reports/
	$(BIN)/portfolio run params/demo.yml

test: $(READY)  ## Run the tests, but for the slow ones
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not engines"

test-slow: $(READY)  ## Run the slow tests: real files, stopped runs, simulations
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "slow and not engines"

test-engines: $(READY) $(SPARK)/.ready  ## Run every topic on PostgreSQL and Spark as on DuckDB (Debian's postgresql, Java)
	PYTHONPATH=$(SPARK) $(BIN)/python -m pytest -n 2 --dist loadgroup -m engines

$(SPARK)/.ready: tests/spark.txt
	rm -rf $(SPARK)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target $(SPARK) -r tests/spark.txt
	touch $@

$(MUTANTS)/.ready: Makefile
	$(PYTHON) -m venv $(MUTANTS)
	$(MUTANTS)/bin/pip install --quiet --disable-pip-version-check cosmic-ray==8.7.0
	touch $@

mutants: $(READY) $(MUTANTS)/.ready  ## Say which changes of rules no test notices: make mutants OF="rfm bridge" EACH=20
	$(MUTANTS)/bin/python tests/mutants.py $(BIN)/python $(OF) --each $(EACH)

$(AIRFLOW)/.ready: tests/airflow.txt
	$(PYTHON) -m venv $(AIRFLOW)
	$(AIRFLOW)/bin/pip install --quiet --disable-pip-version-check --no-deps -r tests/airflow.txt
	touch $@

$(LINTERS)/.ready: Makefile
	$(PYTHON) -m venv $(LINTERS)
	$(LINTERS)/bin/pip install --quiet --disable-pip-version-check zizmor==1.32.0 check-jsonschema==0.39.0
	touch $@

lab: $(READY)  ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

bench: $(READY)  ## Measure speed, as ratios, and print the figures of benchmarks/README.md
	$(BIN)/python -m benchmarks

bench-peers: $(READY)  ## Measure customer summary and RFM against other libraries, each in an environment of its own
	$(BIN)/python -m benchmarks.peers

lint: $(READY)  ## Check the code, its format and the notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

words: $(READY)  ## Gather every message and update the French catalogue
	$(BIN)/python -m portfolio.show.catalogue

lock: $(READY)  ## Make requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra test pyproject.toml --output-file requirements.lock

clean:  ## Remove what recipes made: the environment, caches, published reports
	rm -rf $(VENV) $(MUTANTS) $(AIRFLOW) $(LINTERS) $(SPARK) .pytest_cache .hypothesis .ruff_cache *.egg-info benchmarks/.data benchmarks/.venv
	find reports -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
