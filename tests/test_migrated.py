"""The kept database of the suite is made anew whenever something changes that its migrations are made of."""

import ast

from django.conf import settings

from tests.migrated import CALLED, migration_files


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_everything_the_migrations_call_is_told():
    called = {
        f"{module.replace('.', '/')}.py"
        for path in migration_files()
        for module in _imports(path)
        if (settings.BASE_DIR / f"{module.replace('.', '/')}.py").exists()
    }
    assert called <= set(CALLED)
