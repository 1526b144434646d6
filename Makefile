# `make run` trains and opens the demonstration; `make test` checks everything.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAIR := modadd-grok modadd-steady
MEASURES := fisher_speed fisher_cosine fisher_origin_cosine
FILMED := frequency_power fourier_power singular_values operation_table activation_spectrum
FEW := 'seed=0 init_scale=0.3' 'seed=0 init_scale=3'

# one more than there are processors: tests wait for disks, clocks and other processes as well
WORKERS = $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))

.PHONY: run test test-slow test-cuda bench bench-explorer bench-cuda check format docs reference screenshots clean

run: $(VENV)/.installed
	@$(BIN)/grokscope run $(PAIR)
	@$(BIN)/grokscope measure $(PAIR) $(MEASURES)
	@$(BIN)/grokscope compare $(PAIR) --explore

test: check
	$(BIN)/pytest -q -n $(WORKERS) -m "not slow"

test-slow: $(VENV)/.installed-dev
	$(BIN)/pytest -q -n auto --dist worksteal -m slow

test-cuda: $(VENV)/.installed-dev
	$(BIN)/pytest -q -m cuda tests/train/cuda

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks

bench-explorer: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks.explorer

bench-cuda: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks.cuda

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m cogapp -P --check README.md CONTRIBUTING.md

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed-dev
	$(BIN)/python -m cogapp -P -r README.md CONTRIBUTING.md

reference: $(VENV)/.installed
	rm -rf build/reference store/reference-*
	$(BIN)/grokscope run modadd-grok --set name=reference-grok --store build/reference
	$(BIN)/grokscope run modadd-steady --set name=reference-steady --store build/reference
	$(BIN)/grokscope measure reference-grok reference-steady grokking_time weight_norm $(MEASURES) --store build/reference
	rm build/reference/*/resume*.h5
	$(BIN)/python -c "from pathlib import Path; from grokscope.store.checkpoints.thinning import thin; \
	  [thin(run, (0, 50, 200)) for run in Path('build/reference').iterdir()]"
	cp -R build/reference/reference-* store/

.PHONY: demo-store
demo-store: $(VENV)/.installed
	$(BIN)/grokscope run examples/demo_store.toml --store build/demo
	$(BIN)/grokscope measure $(FEW) $(MEASURES) $(FILMED) --store build/demo
	$(BIN)/grokscope measure $(FEW) weight_components --set basis=frequency --store build/demo
	@echo 'Look at it with: $(BIN)/grokscope --store build/demo'

screenshots: demo-store
	$(BIN)/python -m grokscope.tui.screenshots store examples/screenshots --size 100x30
	$(BIN)/python -m grokscope.tui.screenshots build/demo examples/screenshots --size 120x36 \
	  --sweep --run 'seed=0 init_scale=3 weight_decay=1e-3'

clean:
	rm -rf $(VENV) build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "grokscope needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --config-settings editable_mode=compat --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --config-settings editable_mode=compat --editable '.[dev]'
	@touch $@ $(VENV)/.installed
