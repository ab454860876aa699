"""Append-only tables: the database itself refuses UPDATE, DELETE and TRUNCATE, on both engines.

On SQLite also INSERT OR REPLACE, which deletes the row in its way without firing the trigger on DELETE.

Used by the migration that installs them, and by tests that have to empty the tables between stories.
"""

TABLES = ("records_event", "records_seal", "records_sealentry")
IN_THE_WAY = {
    "records_event": "id = NEW.id",
    "records_seal": "id = NEW.id OR number = NEW.number",
    "records_sealentry": "id = NEW.id OR event_id = NEW.event_id"
    " OR (seal_id = NEW.seal_id AND position = NEW.position)",
}
"""Which rows a REPLACE would push out: the unique keys of each table."""
SENTENCE = "留痕记录只能新增，不能修改或删除"
PG_FUNCTION = "records_refuse_change"


def install_triggers(schema_editor, tables=TABLES):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {PG_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in tables:
        for statement in _create(schema_editor.connection.vendor, table):
            schema_editor.execute(statement)


def remove_triggers(schema_editor, tables=TABLES):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in tables:
        for name in ("update", "delete", "truncate" if is_postgresql else "replace"):
            on_table = f" ON {table}" if is_postgresql else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}{on_table}")
    if is_postgresql and set(tables) == set(TABLES):
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {PG_FUNCTION}()")


def _create(vendor, table):
    if vendor == "postgresql":
        for name, level in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            yield (
                f"CREATE TRIGGER {table}_no_{name} BEFORE {name.upper()} ON {table} "
                f"FOR EACH {level} EXECUTE FUNCTION {PG_FUNCTION}()"
            )
    else:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for name in ("update", "delete"):
            yield f"CREATE TRIGGER {table}_no_{name} BEFORE {name.upper()} ON {table} {refuse}"
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {IN_THE_WAY[table]}) {refuse}"
        )
