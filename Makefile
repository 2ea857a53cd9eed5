# Everything one does with Govern, as one command each. `make` alone lists them.

PYTHON ?= python3
KREIS ?= dueren
PORT ?= 8000

# Each county keeps its own database; Düren has the folder that `flask --app wsgi …` uses without any variable.
INSTANCE := instance$(if $(filter-out dueren,$(KREIS)),/$(KREIS))

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

# The results of the set-up. Each is made again only when what it depends on is newer.
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
ASSETS := govern/static/vendor/manifest.json
NOTICES := govern/static/vendor/lizenzen.txt
TEST_ASSETS := .tests/vendor/manifest.json

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test check stories bench pictures fix pins migration clean

help: ## Zeigt diese Übersicht
	@printf 'Govern – Gremienarbeit im Kommunalen Integrationsmanagement\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@printf '\nEinstellbar: KREIS (jetzt %s), PORT (jetzt %s), PYTHON (jetzt %s)\n' '$(KREIS)' '$(PORT)' '$(PYTHON)'

setup: $(RUNTIME) $(ASSETS) $(NOTICES) ## Richtet .venv und die Oberflächen-Dateien ein
	@:

setup-dev: setup $(DEV) $(TEST_ASSETS) ## Dazu alles, was Prüfungen und Tests an Python-Paketen brauchen
	@:

demo: setup ## Startet die Vorführung mit Beispieldaten (KREIS=dueren, neuss, euskirchen, aachen, paderborn)
	@GOVERN_INSTANCE='$(INSTANCE)' GOVERN_BASE_URL='http://127.0.0.1:$(PORT)' \
		$(BIN)/flask --app wsgi demo --kreis '$(KREIS)'

test: setup-dev test-environment ## Führt alle Tests aus, auf SQLite und PostgreSQL, mit Chromium und LibreOffice
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: setup-dev ## Prüft Stil, Typen, Schichten, Vorlagen und Migrationen, dazu die Tests ohne Datenbank
	@$(MAKE) --no-print-directory -j 2 --output-sync check-units check-types check-migrations check-layers check-templates check-style

.PHONY: check-style check-types check-layers check-templates check-migrations check-units
check-style: setup-dev
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
check-types: setup-dev
	$(BIN)/mypy --no-error-summary
check-layers: setup-dev
	$(BIN)/lint-imports --no-logo
check-templates: setup-dev
	$(BIN)/python -m scripts.check_templates
check-migrations: setup-dev
	$(BIN)/python -m scripts.check_migrations
check-units: setup-dev
	$(BIN)/python -m pytest -q -m 'not browser and not libreoffice and not postgresql and not database and not slow'

stories: setup-dev ## Zeigt je Geschichte und Aussage, welche Tests sie belegen
	@$(BIN)/python -m scripts.stories

bench: setup-dev ## Misst die Antwortzeiten auf zehn Jahren Daten, neben einem Boden (Teile: python -m scripts.bench --help)
	@$(BIN)/python -m scripts.bench

pictures: setup-dev test-environment ## Macht die Bilder in docs/bilder/ neu
	@$(BIN)/python -m scripts.pictures

fix: setup-dev ## Bringt den Code in Form, soweit das von selbst geht
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python -m scripts.permissions --write

migration: setup-dev ## Entwirft eine Migration aus den Modellen: make migration m="add_short_name"
	@$(BIN)/flask --app wsgi db migrate -m '$(or $(m),$(error m="…" fehlt: was ändert die Migration?))'

pins: ## Löst requirements*.in neu auf (feste Versionen mit Prüfsummen, ohne Adressen)
	@$(PYTHON) -m venv .tests/uv && .tests/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
	@for name in requirements requirements-dev requirements-assets; do \
		.tests/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --quiet \
			--no-emit-index-url --no-emit-find-links --custom-compile-command 'make pins' \
			$$name.in --output-file $$name.txt || exit 1; done
	@cd tests/engines && npm install --package-lock-only --silent

clean: ## Entfernt alles, was die Einrichtung gemacht hat; instance/ mit den Daten bleibt
	rm -rf $(VENV) .npm .tests .stories .bench govern/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Govern braucht Python 3.11 oder neuer. Ein anderes Python wählt man so: make setup PYTHON=python3.12' >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'Es fehlt das Paket python3-venv. Auf Debian und Ubuntu: sudo apt install python3-venv' >&2; exit 1; }
	@echo 'Virtuelle Umgebung .venv wird angelegt …'
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo 'Python-Pakete werden installiert …'
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo 'Python-Pakete für Prüfungen und Tests werden installiert …'
	@$(PIP) -r requirements-dev.txt
	@touch $@

# npm only packs and checks the pinned files. Without Node.js on the machine it comes from a wheel, outside .venv.
$(ASSETS): assets.lock.json scripts/fetch_assets.py $(RUNTIME)
	@command -v npm >/dev/null || [ -x .npm/bin/npm ] || { echo 'npm wird geholt …'; \
		$(PYTHON) -m venv .npm && .npm/bin/python -m pip install --quiet --disable-pip-version-check \
			--require-hashes -r requirements-assets.txt; }
	@$(BIN)/python scripts/fetch_assets.py

$(NOTICES): $(ASSETS) $(RUNTIME) scripts/notices.py
	@$(BIN)/python scripts/notices.py $@

$(TEST_ASSETS): $(ASSETS) $(DEV) tests/engines/package-lock.json
	@$(BIN)/python scripts/fetch_assets.py --tests

.PHONY: test-environment
test-environment: $(DEV)
	@$(BIN)/python -m tests.environment
