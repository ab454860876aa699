# The two commands: `make run` (a populated house on this machine) and `make test`.
# From nothing but Python >= 3.11 and make; PORT and DATA_DIR are honoured.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# One stamp for each list, so that `make run` installs no test tools; a changed list installs again.
RUNTIME := $(VENV)/.requirements-installed
DEV := $(VENV)/.requirements-dev-installed

# Command-line variables (`make run PORT=8080`) reach the settings as well as exported ones do.
ifdef PORT
export PORT
endif
ifdef DATA_DIR
export DATA_DIR
endif

.PHONY: help run test setup lint format

help:
	@echo 'make run      the system with a demo city: installs, migrates, fills, serves (PORT=8000 DATA_DIR=./var)'
	@echo 'make test     lint, format check and the whole suite on the embedded engines'
	@echo 'make setup    only the virtual environment, with the test tools'
	@echo 'make lint     ruff: rules and formatting, changing nothing'
	@echo 'make format   ruff: put right what can be put right'

# The first start fills the house with the demo city; later ones find it full and go straight on.
run: $(RUNTIME)
	@exec $(PY) manage.py start

test: lint
	$(PY) -m pytest -n auto

setup: $(DEV)

lint: $(DEV)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: $(DEV)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

$(PY):
	@if command -v uv >/dev/null; then \
		uv venv --quiet --python $(if $(filter file,$(origin PYTHON)),'>=3.11',$(PYTHON)) $(VENV); \
	else \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
			|| { echo '需要 Python 3.11 或更新的版本，可用 make run PYTHON=python3.12 指定。' >&2; exit 1; }; \
		$(PYTHON) -m venv $(VENV) \
			|| { echo '建不了虚拟环境：请安装 python3-venv（Debian/Ubuntu），或安装 uv。' >&2; rm -rf $(VENV); exit 1; }; \
	fi

# A virtual environment made by uv has no pip until it is asked for.
# Compiled at once: a start that has to compile its libraries takes three times as long.
define install
	@echo '正在安装依赖（$(1)）…'
	@if command -v uv >/dev/null; then \
		uv pip install --quiet --compile-bytecode --python $(PY) --requirement $(1); \
	else \
		$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip --upgrade >/dev/null; \
		$(PY) -m pip install --quiet --disable-pip-version-check --requirement $(1); \
	fi
	@touch $@
endef

$(RUNTIME): requirements.txt | $(PY)
	$(call install,$<)

$(DEV): requirements-dev.txt $(RUNTIME)
	$(call install,$<)
