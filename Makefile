# The two commands a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
WHOOSH_PIP = $(VENV)-whoosh/bin/python -m pip --disable-pip-version-check
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
# A release that was withdrawn is mostly noticed within a week.
COOLDOWN ?= $(shell date -u -d '7 days ago' +%F)

.PHONY: demo test check lint types layers test-wheel test-whoosh lock clean

demo: $(VENV)/run-installed
	$(BIN)/searchapp reindex examples/archive || test $$? -eq 3
	$(BIN)/searchapp serve

test: $(VENV)/dev-installed
	$(BIN)/python -m pytest -n auto -m "not slow and not browser"

check: lint types layers $(VENV)/dev-installed
	$(BIN)/python -m pytest -n auto -m "not browser"
	$(BIN)/python -m pytest -m browser
	$(MAKE) test-wheel

lint: $(VENV)/dev-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev-installed
	$(BIN)/mypy

layers: $(VENV)/dev-installed
	$(BIN)/lint-imports

test-wheel: $(VENV)/dev-installed
	$(BIN)/python tests/wheel/check.py

# A second opinion on what we use of Whoosh: the distributions made of it since, in an environment of their own.
test-whoosh:
	$(MAKE) $(VENV)-whoosh/dev-installed VENV=$(VENV)-whoosh
	for other in whoosh3 whoosh-reloaded; do \
		$(WHOOSH_PIP) uninstall --quiet --yes whoosh whoosh3 whoosh-reloaded && \
		$(WHOOSH_PIP) install --quiet --require-hashes --no-deps -r requirements/$$other.txt && \
		$(VENV)-whoosh/bin/python -m pytest -n auto -m "not slow" tests/engines tests/test_engines.py \
			tests/test_engines_laws.py || exit; \
	done

lock: $(VENV)/dev-installed
	$(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) --group build --extra compiled -o requirements/run.txt pyproject.toml
	$(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) --group build --group dev -o requirements/dev.txt pyproject.toml
	echo whoosh3 | $(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) -o requirements/whoosh3.txt -
	echo whoosh-reloaded | $(BIN)/$(LOCK) --exclude-newer $(COOLDOWN) -o requirements/whoosh-reloaded.txt -

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

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
