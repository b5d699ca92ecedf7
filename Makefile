# A new machine needs make and Python 3.12 or newer; everything else goes into .venv, hash-pinned.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8080
LISTEN := --set listen_port=$(PORT)

.PHONY: help run web demo setup test lint bench bench-profiler soak train train-test measure lock doctor pac clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: setup ## the proxy on 127.0.0.1:8080 (PORT=... for another)
	@$(PY) tools/check_port.py $(PORT)
	@exec $(VENV)/bin/mitmdump --listen-host 127.0.0.1 $(LISTEN) -s faasera_addon.py $(ARGS)

web: setup ## the same with mitmweb's pages on 127.0.0.1:8081
	@$(PY) tools/check_port.py $(PORT)
	@exec $(VENV)/bin/mitmweb --listen-host 127.0.0.1 $(LISTEN) -s faasera_addon.py $(ARGS)

demo: setup ## the proxy with a built-in target that answers with what it received: no key needed
	@$(PY) tools/check_port.py $(PORT)
	@exec $(PY) tools/demo.py --port $(PORT)

setup: $(VENV)/.ready ## only the set-up; quick when nothing changed

$(VENV)/.ready: requirements.txt tools/setup.sh
	@sh tools/setup.sh $(VENV)
	@touch $@

test: setup ## every test
	@$(PY) -m pytest $(ARGS)

lint: setup ## ruff and mypy --strict
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

bench: setup ## speed and memory against bare mitmdump, in one run
	@$(PY) -m tools.bench $(ARGS)
	@$(PY) -m tools.bench_restore

bench-profiler: setup ## quality and speed of the embedded profiler (DATA=file.jsonl: on your own labelled rows)
	@$(PY) -m tools.bench_profiler $(if $(DATA),--data $(DATA)) $(ARGS)

soak: setup ## mixed traffic and faults for half an hour: leaks, memory, file descriptors (ARGS="--minutes 5")
	@$(PY) -m tools.soak $(ARGS)

train: ## train the tagger again, a project of its own: see training/README.md (DATA=folder of corpora)
	@sh training/run.sh "$(DATA)" $(ARGS)

train-test: ## the tests of training, in its own environment
	@sh training/run.sh test

measure: setup ## quality and speed of the weights (DATA=folder of corpora, ARGS="--rows FILE --clean code=DIR")
	@$(PY) training/measure.py $(if $(DATA),--data $(DATA)) $(ARGS)

doctor: setup ## is this machine set up, and is text really masked? Each failing line says what to do
	@$(PY) -m tools.doctor --port $(PORT) $(ARGS)

pac: setup ## write proxy.pac for deployment by policy
	@$(PY) -m tools.write_pac --port $(PORT) $(ARGS)

lock: setup ## requirements.in -> requirements.txt
	@$(PY) -m pip install --quiet uv
	@$(VENV)/bin/uv pip compile --universal --python-version 3.12 --generate-hashes --no-header --quiet requirements.in -o requirements.txt

clean: ## remove what was set up and built
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis
