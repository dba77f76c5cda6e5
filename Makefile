# Each target makes what it needs first; running one again is safe.
.PHONY: up test lint notebooks docs bench audit licences sbom clean browser
PYTHON ?= python3
BIN := .venv/bin
OLD_DUCKDB := duckdb==1.3.2# the files that we write open in it: tests/test_old_duckdb.py

up: .venv/ready  ## crawl, label and open the dashboard
	@$(BIN)/rolescope up

test: .venv/ready-dev browser lint  ## every test, the browser's included
	$(BIN)/pytest -n auto --dist worksteal

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

notebooks: .venv/ready-dev  ## run every notebook on your warehouse (ROLESCOPE_DB names another); executed copies go to data/notebooks
	@mkdir -p data/notebooks
	$(BIN)/jupyter execute --output "../data/notebooks/{notebook_name}" notebooks/*.ipynb

# AGAINST=OLD.md sets the ratios of an earlier page beside the new ones; TO=FILE.md names another page.
bench: .venv/ready-dev browser  ## make bench ADS='ads/*.parquet': every measurement of speed and faults again, in data/bench.md
	@test -n "$(ADS)" || { echo "Name Parquet files of ads: make bench ADS='ads/*.parquet' (columns as rolescope import reads them)."; exit 2; }
	$(BIN)/python tests/bench/suite.py $(ADS) $(if $(TO),--to $(TO)) $(if $(AGAINST),--against $(AGAINST))

docs: .venv/ready  ## the pages that are made from the code
	$(BIN)/rolescope docs

UV = $(shell command -v uv || echo $(BIN)/uv)
NEEDED = $(UV) export -q --frozen --no-dev --all-extras --no-emit-project

# pip-audit calls a package without advisories sound, also where a mirror has none: hence the look before, and --strict.
audit: .venv/ready  ## known faults of the packages that uv.lock names, by the advisories of PyPI
	@mkdir -p dist && $(NEEDED) --format requirements-txt -o dist/requirements.txt >/dev/null
	@$(BIN)/python -c 'import urllib.request as r; r.urlopen("https://pypi.org/pypi/pip/25.0/json", timeout=20)' 2>/dev/null \
		|| { echo "Not audited: the advisories at pypi.org can't be reached from here (a mirror may have packages, and no advisories)."; exit 1; }
	$(UV) tool run pip-audit --disable-pip --strict -r dist/requirements.txt

licences: .venv/ready  ## the licences of the packages that it needs and that are installed; fails where one is GPL, LGPL, AGPL or not said
	@$(UV) tool run pip-licenses --python $(BIN)/python --with-system --order license --partial-match --fail-on "GPL;UNKNOWN" \
		--packages $$($(NEEDED) --no-hashes --no-annotate --no-header | sed 's/[=; ].*//')

sbom: .venv/ready  ## dist/sbom.json: the packages that uv.lock names, with their hashes, as CycloneDX
	@mkdir -p dist && $(NEEDED) --format cyclonedx1.5 -o dist/sbom.json >/dev/null && echo dist/sbom.json

# The old DuckDB has no wheel for Python 3.14, where its test is skipped.
# With uv where it is there, else with venv and pip (which then fetch uv, to install exactly what uv.lock names).
.venv/ready .venv/ready-dev: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "rolescope needs Python 3.11 or later as $(PYTHON); set PYTHON=/path/to/python3."; exit 1; }
	@if command -v uv >/dev/null; then \
		UV=uv; test -x $(BIN)/python || uv venv -q --python $(PYTHON) .venv; \
	else \
		$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
			|| { echo "Python's venv is missing: apt-get install python3-venv (Debian, Ubuntu), then run make again."; exit 1; }; \
		test -x $(BIN)/pip || $(PYTHON) -m venv .venv; \
		$(BIN)/pip install -q --disable-pip-version-check uv; UV=$(BIN)/uv; \
	fi; \
	echo "Installing into .venv …"; \
	export VIRTUAL_ENV=; $$UV sync -q --frozen --inexact $(if $(findstring dev,$@),,--no-dev) \
		$(if $(findstring dev,$@),&& { $$UV pip install -q --no-build --python $(BIN)/python --target .venv/$(OLD_DUCKDB) $(OLD_DUCKDB) \
			|| $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 14))'; })
	@touch $@

# A Chromium for the browser tests: the one that is there, else Debian's package (as root), else Playwright's own.
browser: .venv/ready-dev
	@if $(BIN)/python tests/browser.py; then \
		:; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else \
		$(BIN)/playwright install chromium; \
	fi || { echo "The browser tests need a Chromium. Install one (Debian: apt-get install chromium) and run make test again."; exit 1; }

clean:  ## what a command can make again; collected data stays
	rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache dist
