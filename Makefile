# Every chore of this repository. `make test` and `make demo` need nothing set up first:
# they make .venv from the locks, fetch Node where there is none, and build the page.

BIN := .venv/bin
PYTHON_BIN := $(BIN)/python
# Where a Node is installed, the page does not wait for .venv, which may bring one.
NODE := $(shell python3 tools/page.py node 2>/dev/null)
PAGE := $(if $(NODE),python3,$(PYTHON_BIN)) tools/page.py
NPM := $(PAGE) npm
# Two targets at a time, and what one of them says stays together. (Make 3 cannot do the latter.)
BESIDE := --no-print-directory -j2 $(if $(filter 3.%,$(MAKE_VERSION)),,--output-sync=target)
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --upgrade --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

# What Python compiles is kept: tests start hundreds of servers and scripts, and each would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help venv web demo screens test test-python lint lint-python lint-web test-web format bench docs lock types clean browser \
	test-frameworks clients clients-all clients-lock test-clients web-packages before-tests

help: ## this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

venv: ## the Python environment, from the locks
	@tools/venv.sh

web-packages: $(if $(NODE),,venv)
	@$(PAGE) install

web: web-packages ## build the page into src/gnomon/server/page
	@$(PAGE) publish

demo: venv web ## a server with a few real training runs; ARGS=--exit leaves when they are finished
	@$(PYTHON_BIN) tools/demo.py $(ARGS)

test: ## everything: lint, unit, property, contract, crash, and end to end in a browser
	@$(MAKE) $(BESIDE) before-tests
	@$(BIN)/pytest -n auto --dist worksteal -m 'not e2e and not crash'
	@$(BIN)/pytest -n auto --dist loadgroup --no-loadscope-reorder -m 'e2e or crash'

before-tests: lint test-web web browser clients

test-python: venv clients ## the Python tests that need no browser; ARGS='-k something'
	@$(BIN)/pytest -m 'not e2e' $(ARGS)

test-frameworks: venv clients ## frameworks with the official client and with gnomon run; installs gigabytes
	@$(PYTHON_BIN) tools/clients.py frameworks >/dev/null
	@KEEP_RESULTS=1 $(BIN)/pytest tests/frameworks $(ARGS)

test-web: web-packages ## the page's unit tests
	@$(NPM) run --silent test

browser: venv
	@tools/browser.sh >/dev/null

clients: venv ## the newest official client, and frameworks without it, in .clients
	@$(PYTHON_BIN) tools/clients.py >/dev/null

clients-all: venv ## every version of it that the conformance suite knows
	@$(PYTHON_BIN) tools/clients.py --all

test-clients: clients-all ## the conformance suite's scripts with every version of the official client; some 15 minutes
	@$(PYTHON_BIN) -m tools.record_client --all --dry
	@for version in 0.25.0 0.28.0 0.31.0; do CLIENT_VERSION=$$version $(BIN)/pytest tests/e2e/client $(ARGS) || exit 1; done

clients-lock: venv ## the newest packages that each version of it allows, into tests/wandb_clients/locks
	@$(PYTHON_BIN) tools/clients.py --lock --all

lint: lint-python lint-web ## style, types, and which module may import which

lint-python: venv
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lint-web: web-packages
	@$(NPM) run --silent check

format: venv web-packages ## let ruff and biome rewrite what they can
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@$(NPM) run --silent fix

types: venv ## the page's types, from gnomon.model
	@$(PYTHON_BIN) tools/web_types.py

docs: venv ## docs/reference, from the code, and the guides that say what was tried, from the results
	@$(PYTHON_BIN) tools/docs.py
	@$(PYTHON_BIN) -m tools.client_guide
	@$(PYTHON_BIN) -m tools.wandb_guide
	@$(PYTHON_BIN) -m tools.frameworks_guide

bench: venv web ## measure; benchmarks/RESULTS.md has the numbers beside what was asked. ARGS names single benchmarks
	@$(PYTHON_BIN) -m benchmarks $(ARGS)

screens: venv web browser ## pictures of every page, light and dark, wide and narrow, into build/screens
	@$(PYTHON_BIN) -m tools.screens $(ARGS)

lock: venv ## the newest allowed version of every package, into the locks
	@$(LOCK) --extra server --extra sweeps --extra demo --extra dev pyproject.toml -o requirements.lock
	@$(LOCK) --extra node pyproject.toml -o requirements-node.lock

clean: ## remove everything that was built or installed here
	rm -rf .venv .clients .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist demo-data \
		web/node_modules web/dist web/test-results web/playwright-report src/gnomon/server/page
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
