# The two commands that matter: make demo, make test.
PYTHON ?= python3
VENV := .venv
TOOLS := .venv-tools
CHECKOV := .venv-checkov
BIN := $(VENV)/bin

.PHONY: demo test environments system bench torture lint types format unit map clean

demo: $(VENV)/.ready
	@$(BIN)/solarrally demo

test: environments system lint types unit

# Side by side: an installation waits more than it works.
environments:
	@$(MAKE) --no-print-directory -j3 $(VENV)/.ready $(TOOLS)/.ready $(CHECKOV)/.ready

system:
	@sh .ci/system-packages

lint: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.ready
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.ready $(TOOLS)/.ready $(CHECKOV)/.ready
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

# What pricing, the wizard's start and its slowest moment take: figures beside their limits, nothing
# is judged. Takes some minutes; on a busy machine look at the processor's time, not at the clock.
bench: $(VENV)/.ready
	$(BIN)/python tools/bench_prices.py
	$(BIN)/python tools/bench_start.py
	$(BIN)/python tools/bench_stall.py

# docs/map.svg: rooms and imports. Fails when the house is crowded, circular or upside down.
map: $(VENV)/.ready
	$(BIN)/python tools/map.py

# Every option set from nothing, and the long ways of a domain, an image and the service role.
# Takes some minutes.
torture: $(VENV)/.ready
	SOLARRALLY_TORTURE=1 $(BIN)/pytest tests/blueprints/test_option_sets.py
	SOLARRALLY_TORTURE=1 $(BIN)/pytest -m torture tests/provisioning

format: $(VENV)/.ready
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

$(VENV)/.ready: pyproject.toml constraints.txt
	@echo "Setting up $(VENV). The first time takes about a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable '.[demo,dev]'
	@touch $@

$(TOOLS)/.ready: constraints-tools.txt
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement constraints-tools.txt
	@touch $@

# checkov has an environment of its own: its pins clash with those of cfn-lint.
$(CHECKOV)/.ready: constraints-checkov.txt
	@$(PYTHON) -m venv $(CHECKOV)
	@$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check \
		--requirement constraints-checkov.txt
	@touch $@

clean:
	rm -rf $(VENV) $(TOOLS) $(CHECKOV) .build build *.egg-info
