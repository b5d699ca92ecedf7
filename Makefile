# A new machine needs make and Python 3.12 or newer; everything else goes into .venv, hash-pinned.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8080
LISTEN := --set listen_port=$(PORT)

.PHONY: help run web demo setup setup-dev test deep check lint bench soak train train-test measure lock dist doctor pac clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: setup ## the proxy on 127.0.0.1:8080 (PORT=... for another)
	@exec $(PY) -m cli.main serve --port $(PORT) $(ARGS)

web: setup ## the same with mitmweb's pages on 127.0.0.1:8081
	@exec $(PY) -m cli.main web --port $(PORT) $(ARGS)

demo: setup ## the proxy with a built-in target that answers with what it received: no key needed
	@$(PY) tools/check_port.py $(PORT)
	@exec $(PY) tools/demo.py --port $(PORT)

KERNEL := redaction/detector/kernel
setup: $(VENV)/.ready $(KERNEL)/.stored ## only the set-up of what the proxy needs; quick when nothing changed

$(VENV)/.ready: requirements.txt tools/setup.sh
	@sh tools/setup.sh $(VENV) requirements.txt
	@touch $@

$(KERNEL)/.compiled: $(VENV)/.ready $(wildcard $(KERNEL)/*.[ch]) $(KERNEL)/compiling.py
	@$(PY) $(KERNEL)/compiling.py
	@touch $@

# Tables that a start maps; the first start makes what is missing.
$(KERNEL)/.stored: $(KERNEL)/.compiled $(shell find redaction/detector dialects config -name '*.py' -o -name '*.t[sx][vt]')
	@$(PY) -m redaction.detector.make_tables
	@touch $@

setup-dev: $(VENV)/.ready-dev $(KERNEL)/.stored # the same and what tests, lint and bench need

$(VENV)/.ready-dev: requirements-dev.txt tools/setup.sh
	@sh tools/setup.sh $(VENV) requirements-dev.txt
	@touch $(VENV)/.ready $@

# Thousands of tests: what was compiled once stays compiled.
unexport PYTHONDONTWRITEBYTECODE
PROCESSORS := $(shell getconf _NPROCESSORS_ONLN)
# Tests of whole processes wait a third of their time.
WORKERS ?= $(shell expr $(PROCESSORS) + 1)
PYTEST := $(PY) -m pytest --dist loadfile --no-loadscope-reorder

test: setup-dev ## every test
	@$(PYTEST) -n $(WORKERS) $(ARGS)

deep: setup-dev ## every test with more examples, larger sizes and longer runs, as CI has them (CI=true)
	@DEEP=1 $(PYTEST) -n $(WORKERS) $(ARGS)

check: setup-dev lint ## unit tests, lint and types: what to run before a commit
	@$(PYTEST) -n $(PROCESSORS) -m "not slow" -q --ignore=tests/doors --ignore=tests/tools --ignore=tests/scaling $(ARGS)

lint: setup-dev ## ruff and mypy --strict
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

bench: setup-dev ## CPU over bare mitmdump on real text, memory, start (BENCH=wait, trips, restore, profiler, replicas: the others)
	@$(PY) -m tools.bench $(or $(BENCH),speed) $(if $(DATA),--data $(DATA)) $(ARGS)

soak: setup-dev ## mixed traffic and faults for half an hour: leaks, memory, file descriptors (ARGS="--seconds 600 --adversarial")
	@$(PY) -m tools.soak $(ARGS)

train: ## train the tagger again, a project of its own: see training/README.md (DATA=folder of corpora)
	@sh training/run.sh "$(DATA)" $(ARGS)

train-test: ## the tests of training, in its own environment
	@sh training/run.sh test

measure: setup ## quality and speed of the weights (DATA=folder of corpora, ARGS="--rows FILE --clean code=DIR")
	@$(PY) training/measure.py $(if $(DATA),--data $(DATA)) $(ARGS)

doctor: setup ## is this machine set up, and is text really masked? Each failing line says what to do
	@$(PY) -m cli.main doctor --port $(PORT) $(ARGS)

pac: setup ## write proxy.pac for deployment by policy
	@$(PY) -m tools.write_pac --port $(PORT) $(ARGS)

UV_COMPILE = $(VENV)/bin/uv pip compile --universal --python-version 3.12 --generate-hashes --no-header --quiet pyproject.toml
lock: setup-dev ## pyproject.toml -> requirements.txt and requirements-dev.txt
	@$(PY) -m pip install --quiet uv
	@$(UV_COMPILE) -o requirements.txt
	@$(UV_COMPILE) --group dev -c requirements.txt -o requirements-dev.txt

dist: setup-dev ## sdist, wheel, SBOM and checksums in dist/
	@sh tools/dist.sh $(PY)

clean: ## remove what was set up and built
	rm -rf $(VENV) $(KERNEL)/*.so $(KERNEL)/*.tables $(KERNEL)/.compiled $(KERNEL)/.stored build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
