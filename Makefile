# Everything one does with this project, by name. CI calls only these targets.

PYTHON := .venv/bin/python
PYTEST := -n auto --dist loadgroup -m "not long"
PACKAGES := libs/contracts libs/chassis services/identity services/programs services/billing services/privacy \
	services/analytics services/notifications gateway deploy/local examples/star
SOURCES := $(PACKAGES:%=%/src)
FAULTS :=
BENCH := edge events dashboards month_end star

.DEFAULT_GOAL := help
.PHONY: help up demo migrate test lint openapi openapi-check verify faults bench runtime dev

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: runtime  ## run everything at http://localhost:8000 (PORT, UFADHILI_HOME); Ctrl-C stops it
	@exec $(PYTHON) -m local up --with-parent

demo: runtime  ## load Project STAR into the running system and show what each person sees
	@exec $(PYTHON) -m star demo

migrate: runtime  ## bring the databases to their newest revision
	@$(PYTHON) -m local migrate

test: dev  ## run every test but the long ones (PYTEST="-x services/billing": those)
	@$(PYTHON) -m pytest $(PYTEST)

lint: dev openapi-check  ## check style, types, the order of the rooms and the generated documents
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@MYPYPATH=$$(echo $(SOURCES) | tr ' ' ':') .venv/bin/mypy $(SOURCES)
	@.venv/bin/lint-imports

openapi: dev  ## write docs/openapi/*.json and docs/events.md anew
	@deploy/local/documents docs

openapi-check: dev
	@deploy/local/documents --check

verify: dev  ## check what takes longer, or more than Python
	@deploy/local/verify

faults: dev  ## kill things while events flow, try the promises, write the figures down (FAULTS="--rounds 30")
	@PYTHONPATH=tests-e2e $(PYTHON) -m faults $(FAULTS)

bench: dev  ## measure beside peers in the same run (BENCH="edge")
	@for each in $(BENCH); do $(PYTHON) -m bench.$$each || exit; done

# What the other targets stand on: .venv with what runs, or with what tests it too.
runtime dev:
	@deploy/local/bootstrap $@
