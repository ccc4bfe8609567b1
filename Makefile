# The two commands a newcomer needs: `make demo` and `make test`. `make help` lists the others.
PYTHON ?= python3
VENV ?= .venv
# More for pytest: make test PYTEST_OPTIONS=--durations=15
PYTEST_OPTIONS ?=
# How much `make attack` does.
ATTACK_EXAMPLES ?= 1000
ATTACK_KILLS ?= 50
ATTACK_SEED ?= 1
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
WHOOSH_PIP = $(VENV)-whoosh/bin/python -m pip --disable-pip-version-check
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
# A release that was withdrawn is mostly noticed within a week.
COOLDOWN ?= $(shell date -u -d '7 days ago' +%F)

.PHONY: help demo test check lint types layers test-wheel test-whoosh attack attack-tools audit mutants lock clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 13

demo: $(VENV)/run-installed ## index the example archive and serve it
	$(BIN)/searchapp reindex examples/archive || test $$? -eq 3
	$(BIN)/searchapp serve

test: $(VENV)/dev-installed ## the fast tests
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow and not browser" $(PYTEST_OPTIONS)

check: lint types layers $(VENV)/dev-installed ## everything: lint, types, layers, all tests, the wheel
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not browser" $(PYTEST_OPTIONS)
	$(BIN)/python -m pytest -m browser $(PYTEST_OPTIONS)
	$(MAKE) test-wheel

lint: $(VENV)/dev-installed ## formatter and linter
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev-installed ## the type checker
	$(BIN)/mypy

layers: $(VENV)/dev-installed ## which package may import which
	$(BIN)/lint-imports

test-wheel: $(VENV)/dev-installed ## the built wheel in a new environment
	$(BIN)/python tests/wheel/check.py

# A second opinion on what we use of Whoosh: the distributions made of it since, in an environment of their own.
test-whoosh: ## the engine on the other distributions of Whoosh
	$(MAKE) $(VENV)-whoosh/dev-installed VENV=$(VENV)-whoosh
	for other in whoosh3 whoosh-reloaded; do \
		$(WHOOSH_PIP) uninstall --quiet --yes whoosh whoosh3 whoosh-reloaded && \
		$(WHOOSH_PIP) install --quiet --require-hashes --no-deps -r requirements/$$other.txt && \
		$(VENV)-whoosh/bin/python -m pytest -n auto -m "not slow" tests/engines tests/test_engines.py \
			tests/test_engines_laws.py || exit; \
	done

# Overnight: make attack ATTACK_EXAMPLES=5000 ATTACK_KILLS=200 ATTACK_SEED=7
attack: $(VENV)/dev-installed attack-tools ## what CI does to break it, for longer
	bash .ci/attack $(ATTACK_EXAMPLES) $(ATTACK_SEED)
	$(BIN)/python bench/soak.py --kills $(ATTACK_KILLS) --seed $(ATTACK_SEED)
	$(BIN)/python -m pytest -q tests/cli/test_hostile_clients.py tests/browser/test_hostile_pages.py
	$(MAKE) audit

attack-tools: $(VENV)-attack/installed ## what `make attack` needs, in an environment of its own

$(VENV)-attack/installed: requirements/attack.txt
	test -x $(VENV)-attack/bin/python || $(PYTHON) -m venv $(VENV)-attack
	$(VENV)-attack/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	touch $@

# Where the database of known faults cannot be reached, that is said and fails nothing.
audit: attack-tools ## known faults of the locked packages
	-$(VENV)-attack/bin/pip-audit --require-hashes --disable-pip -r requirements/run.txt > $(VENV)-attack/audit.log 2>&1
	cat $(VENV)-attack/audit.log
	! grep -E "^Found [0-9]+ known vulnerabilit" $(VENV)-attack/audit.log
	@! grep -qiE "could not be audited|error" $(VENV)-attack/audit.log || \
		echo "not all packages could be compared: the database was not reached or does not know them"

# Which changes of a few modules no test sees; the modules and their tests are in pyproject.toml.
mutants: ## change single operators in chosen modules, and see which test fails
	$(MAKE) $(VENV)-mutants/dev-installed VENV=$(VENV)-mutants
	$(VENV)-mutants/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/mutants.txt
	$(VENV)-mutants/bin/python -m mutmut run || true
	$(VENV)-mutants/bin/python -m mutmut results

lock: $(VENV)/dev-installed ## write requirements/ from pyproject.toml
	$(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) --group build --extra compiled -o requirements/run.txt pyproject.toml
	$(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) --group build --group dev -o requirements/dev.txt pyproject.toml
	$(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) --group build --extra compiled --extra meaning -o requirements/meaning.txt pyproject.toml
	echo whoosh3 | $(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) -o requirements/whoosh3.txt -
	echo whoosh-reloaded | $(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) -o requirements/whoosh-reloaded.txt -
	printf 'schemathesis\npip-audit\n' | $(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) -c requirements/dev.txt -o requirements/attack.txt -
	echo mutmut | $(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) -c requirements/dev.txt -o requirements/mutants.txt -

$(VENV)/run-installed: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev-installed: requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

clean: ## remove what the others made
	rm -rf $(VENV) $(VENV)-* build dist mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis
