# Everything a person types. `make demo` and `make test` need only Python 3.11+ and make, and are safe to run twice.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
PYTEST_ARGS ?=
export PORT

.PHONY: help setup setup-dev demo run check test test-long fuzz bench bench-lrs lock format
help:
	@echo "make demo    installer, charger la démonstration, lancer le site sur 127.0.0.1:$(PORT)"
	@echo "make run     relancer le site sans rien charger"
	@echo "make test    toute la suite (installe ce qui manque, navigateur compris)"
	@echo "make check   style, types, planchers, gabarits, migrations"
	@echo "make fuzz    chercher des entrées qui cassent la lecture des traces (FUZZ_SECONDS chacune)"
	@echo "make bench   mesurer la vitesse du site sur PostgreSQL ; make bench-lrs celle de l'entrepôt de traces"

# --- installing -----------------------------------------------------------------------------------------------
.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Il faut Python 3.11 ou plus récent. Installez-le, puis : PYTHON=python3.11 make $(MAKECMDGOALS)"; exit 1; }
	@echo "1/4 Environnement Python…"
	@$(PYTHON) -m venv .venv && touch $@

.venv/installed: .venv/made requirements.lock
	@echo "2/4 Bibliothèques…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && touch $@

.venv/installed-dev: .venv/made requirements-dev.lock
	@echo "2/4 Bibliothèques et outils de test…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock && touch .venv/installed $@

# Files the browser needs: fonts, Plotly's cartesian bundle; axe for the tests.
lms/static/vendor/made: .venv/made package-lock.json
	@echo "3/4 Fichiers du navigateur…"
	@command -v npm >/dev/null || [ -x $(BIN)/npm ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p lms/static/vendor
	@cp node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-400-normal.woff2 \
	    node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff2 \
	    node_modules/plotly.js-cartesian-dist-min/plotly-cartesian.min.js lms/static/vendor/
	@touch $@

setup: .venv/installed lms/static/vendor/made
setup-dev: .venv/installed-dev lms/static/vendor/made

# What this folder's site is reached by: kept in .env, so that manage.py needs no other environment.
.PHONY: env-file
env-file: .venv/made
	@key=$$(sed -n 's/^SECRET_KEY=//p' .env 2>/dev/null); url=$${DATABASE_URL:-$$(sed -n 's/^DATABASE_URL=//p' .env 2>/dev/null)}; \
	 [ -n "$$key" ] || key=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))'); \
	 field=$$(sed -n 's/^FIELD_KEYS=//p' .env 2>/dev/null); \
	 [ -n "$$field" ] || field=$$($(BIN)/python -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())'); \
	 umask 077; { echo "SECRET_KEY=$$key"; echo "FIELD_KEYS=$$field"; echo "SITE_URL=$${SITE_URL:-http://127.0.0.1:$(PORT)}"; \
	   [ -z "$$url" ] || echo "DATABASE_URL=$$url"; } > .env.new && mv .env.new .env

demo: setup
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int(sys.argv[1])))' $(PORT) 2>/dev/null \
	  || { echo "Le port $(PORT) est déjà pris. Choisissez-en un autre : PORT=$$(($(PORT) + 1)) make demo"; exit 1; }
	@echo "4/4 Base de données et démonstration…"
	@SECRET_KEY=check $(BIN)/python manage.py check_database
	@$(MAKE) --no-print-directory env-file
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@$(BIN)/python manage.py load_demo
	@$(MAKE) --no-print-directory run

run: setup env-file
	@echo "Tremplin : http://127.0.0.1:$(PORT)/ (Ctrl+C pour arrêter)"
	@exec $(BIN)/python manage.py serve --port $(PORT)

# --- proving --------------------------------------------------------------------------------------------------
check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	SECRET_KEY=check $(BIN)/mypy lms curriculum assessments competencies content
	$(BIN)/djlint --lint --quiet lms curriculum assessments competencies content
	SECRET_KEY=check $(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=0123456789abcdefghijklmnopqrstuvwxyz-0123456789abcdefghij SITE_URL=https://tremplin.invalid $(BIN)/python manage.py check --deploy --fail-level ERROR

.PHONY: browser
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Navigateur…"; apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else echo "Il manque Chromium. Tapez : sudo apt-get install chromium"; exit 1; fi; }

test: setup-dev browser
	$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

test-long: setup-dev browser
	$(BIN)/python -m pytest --long $(PYTEST_ARGS)

fuzz: setup-dev
	$(BIN)/python -m tests.fuzz

bench: setup-dev
	$(BIN)/python -m tests.bench

bench-lrs: setup-dev
	$(BIN)/python -m tests.bench.lrs

lock:
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --custom-compile-command "make lock" -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --custom-compile-command "make lock" -q -o requirements-dev.lock

format: setup-dev
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
