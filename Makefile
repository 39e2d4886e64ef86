# make demo    a first look: build the graph, ask it one question, draw two pictures and the atlas
# make test    all tests
# make check   linters, types, layers
# make notebooks   run the notebooks anew and write them back
# make bench   speed, as ratios measured in one run

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check notebooks bench clean

demo: $(VENV)/demo
	$(BIN)/kg build
	@echo
	@echo "Which cancers spread to bone, how often, and who says so?"
	$(BIN)/kg query what-comes-to-a-site --site bone --at-least 500
	mkdir -p demo
	$(BIN)/kg view body --cancer "colorectal cancer" --out demo/colorectal.html
	$(BIN)/kg view network --out demo/network.html
	$(BIN)/kg atlas --out demo/atlas.html

test: $(VENV)/dev
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check kg tests data/make benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kg validate --strict

notebooks: $(VENV)/dev
	$(BIN)/python notebooks/run.py

bench: $(VENV)/dev
	$(BIN)/python benchmarks/run.py

# Environments: pinned with hashes, so that everybody has the same one.
$(VENV)/demo: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps -e .
	touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/demo
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	touch $@

# KGX's own reader, for one test: `make test` counts that as not run where this is not here.
.venv-kgx/done: requirements-kgx.txt
	$(PYTHON) -m venv .venv-kgx
	.venv-kgx/bin/python -m pip install --quiet --require-hashes -r requirements-kgx.txt
	touch $@

clean:
	rm -rf $(VENV) .venv-kgx demo
