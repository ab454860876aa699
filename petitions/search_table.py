"""How PostgreSQL keeps the text that is searched: two functions, an index, and triggers on whatever holds words.

Characters are folded one by one (full width to half width, capitals to small letters), so that a part of a text folds
to a part of the folded text; `petitions/finding.py` folds what is looked for in the same way. Chinese has no spaces to
split at: a text is indexed by every two neighbouring characters of it, and by whose matter it is (`MARKS`).

The text lies in a table of its own, because a step of a matter writes the matter's row, and would else write some
hundred index entries with it each time.
"""

WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
"""The full-width forms and what they stand for (Unicode block FF00)."""
SMALL = str.maketrans(WIDE, NARROW.lower()) | {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}

SOURCES = {
    "petitions_petition": "petitions_petition_told",
    "petitions_reply": "petitions_added_told",
    "petitions_supplement": "petitions_added_told",
}
"""Tables that hold words about a matter, and what their trigger calls."""
BACKFILL = 5000
PENDING_KB = 512
"""New entries wait in a short list that every search reads through, and go into the index together."""


def fold(text):
    """The same as the database's petitions_fold()."""
    return text.translate(SMALL)


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


TOLD_AT_FIRST = """
CREATE OR REPLACE FUNCTION petitions_petition_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO petitions_searchtext (petition_id, text)
        VALUES (NEW.id, petitions_fold(concat_ws(E'\\n', NEW.number, NEW.title, NEW.place, NEW.content)));
    -- Compared here and not by "UPDATE OF" or "WHEN": with those no column of the table could change its type.
    ELSIF (OLD.number, OLD.title, OLD.place, OLD.content)
            IS DISTINCT FROM (NEW.number, NEW.title, NEW.place, NEW.content) THEN
        PERFORM petitions_write_search_text(NEW.id);
    END IF;
    RETURN NULL;
END $$;
"""

SEARCH_TEXT_AT_FIRST = """
CREATE FUNCTION petitions_search_text(wanted bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT petitions_fold(concat_ws(E'\\n', number, title, place, content,
            (SELECT string_agg(content, E'\\n' ORDER BY id) FROM petitions_reply WHERE petition_id = wanted),
            (SELECT string_agg(content, E'\\n' ORDER BY id) FROM petitions_supplement WHERE petition_id = wanted)))
        FROM petitions_petition WHERE id = wanted
    );
END $$;
"""

FUNCTIONS = f"""
CREATE FUNCTION petitions_fold(told text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN translate(lower(told COLLATE "C"), {_quoted(WIDE)}, {_quoted(NARROW.lower())});

CREATE FUNCTION petitions_bigrams(folded text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN (
        SELECT coalesce(array_agg(this || next), '{{}}')
        FROM unnest(string_to_array(folded, NULL), (string_to_array(folded, NULL))[2:]) AS pair (this, next)
        WHERE next IS NOT NULL
    );

{SEARCH_TEXT_AT_FIRST}
CREATE FUNCTION petitions_write_search_text(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever adds to the matter at the same moment is waited for; the next statement then sees what she added.
    PERFORM FROM petitions_searchtext WHERE petition_id = wanted FOR UPDATE;
    UPDATE petitions_searchtext SET text = petitions_search_text(wanted) WHERE petition_id = wanted;
END $$;

CREATE FUNCTION petitions_added_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM petitions_write_search_text(OLD.petition_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM petitions_write_search_text(NEW.petition_id);
    END IF;
    RETURN NULL;
END $$;
"""


def install(apps, schema_editor):
    """Create functions, index and triggers, and write the text of every matter there is."""
    if schema_editor.connection.vendor != "postgresql":
        return
    run = _runner(schema_editor)
    run(FUNCTIONS)
    run(TOLD_AT_FIRST)
    _fill(schema_editor)
    _make_index(run, "search_text_bigrams", "petitions_bigrams(text)")
    for table, function in SOURCES.items():
        events = "INSERT OR UPDATE" + ("" if table == "petitions_petition" else " OR DELETE")
        run(
            f"CREATE TRIGGER {table}_search_text AFTER {events} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}()"
        )


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    run = _runner(schema_editor)
    for table in SOURCES:
        run(f"DROP TRIGGER IF EXISTS {table}_search_text ON {table}")
    run("DROP INDEX IF EXISTS search_text_bigrams")
    run(
        "DROP FUNCTION IF EXISTS petitions_petition_told(), petitions_added_told(),"
        " petitions_write_search_text(bigint), petitions_search_text(bigint), petitions_bigrams(text), petitions_fold(text)"
    )


def _make_index(run, name, marks):
    run(
        f"CREATE INDEX {name} ON petitions_searchtext USING gin ({marks})"
        f" WITH (gin_pending_list_limit = {PENDING_KB})"
    )
    # The question is always put in one form that this index answers best; counting which pairs are frequent
    # would only make every ANALYZE slow.
    run(f"ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0")


MARKS = "petitions_marks(text, whose)"
"""What a matter is found by: its pairs of characters, every four digits that stand together, and whose it is, as
`o:` + organisation, `s:` + venue, `m:` + mandate, which no pair and no four digits can be taken for. So the index itself
says what one county or one group said of a thing."""

MARKS_FUNCTIONS = """
CREATE FUNCTION petitions_marks(folded text, whose text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN petitions_bigrams(folded) || string_to_array(whose, ' ') || (
        SELECT coalesce(array_agg(substr(run[1], start, 4)), '{}')
        FROM regexp_matches(folded, '[0-9]{4,}', 'g') AS run, generate_series(1, length(run[1]) - 3) AS start
    );

CREATE FUNCTION petitions_whose(organization bigint, studio bigint, mandate bigint) RETURNS text
    LANGUAGE sql STABLE
    RETURN concat_ws(' ', 'o:' || organization, 's:' || studio, 'm:' || mandate);
"""

MARKS_TOLD = """
CREATE OR REPLACE FUNCTION petitions_petition_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO petitions_searchtext (petition_id, text, whose)
        VALUES (NEW.id, petitions_fold(concat_ws(E'\\n', NEW.number, NEW.title, NEW.place, NEW.content)),
            petitions_whose(NEW.organization_id, NEW.studio_id, NEW.mandate_id));
        RETURN NULL;
    END IF;
    -- Compared here and not by "UPDATE OF" or "WHEN": with those no column of the table could change its type.
    IF (OLD.number, OLD.title, OLD.place, OLD.content)
            IS DISTINCT FROM (NEW.number, NEW.title, NEW.place, NEW.content) THEN
        PERFORM petitions_write_search_text(NEW.id);
    END IF;
    IF (OLD.organization_id, OLD.studio_id, OLD.mandate_id)
            IS DISTINCT FROM (NEW.organization_id, NEW.studio_id, NEW.mandate_id) THEN
        UPDATE petitions_searchtext SET whose = petitions_whose(NEW.organization_id, NEW.studio_id, NEW.mandate_id)
        WHERE petition_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
"""


def drop_pairs(apps, schema_editor):
    """Before `whose` is added and filled: each row written would be put into the old index once more."""
    if schema_editor.connection.vendor == "postgresql":
        _runner(schema_editor)("DROP INDEX search_text_bigrams")


def restore_pairs(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        _make_index(_runner(schema_editor), "search_text_bigrams", "petitions_bigrams(text)")


def install_marks(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    run = _runner(schema_editor)
    run(MARKS_FUNCTIONS)
    run(MARKS_TOLD)
    run(
        "UPDATE petitions_searchtext SET whose = petitions_whose(organization_id, studio_id, mandate_id)"
        " FROM petitions_petition WHERE id = petition_id"
    )
    _make_index(run, "search_text_marks", MARKS)


def remove_marks(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    run = _runner(schema_editor)
    run("DROP INDEX search_text_marks")
    run(TOLD_AT_FIRST)
    run("DROP FUNCTION petitions_marks(text, text), petitions_whose(bigint, bigint, bigint)")


PERSON_FUNCTIONS = """
CREATE FUNCTION petitions_shown(told text, name text, phone text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(
        replace(replace(petitions_fold(told), petitions_fold(phone), ''),
            CASE WHEN length(name) > 1 THEN petitions_fold(name) ELSE '' END, '某某'),
        '[0-9]([ —-]?[0-9]){10,}', '', 'g');

CREATE OR REPLACE FUNCTION petitions_search_text(wanted bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT petitions_fold(concat_ws(E'\\n', number, petitions_shown(title, petitioner_name, petitioner_phone), place,
            petitions_shown(content, petitioner_name, petitioner_phone),
            petitions_shown((SELECT string_agg(content, E'\\n' ORDER BY id) FROM petitions_reply
                WHERE petition_id = wanted), petitioner_name, petitioner_phone),
            petitions_shown((SELECT string_agg(content, E'\\n' ORDER BY id) FROM petitions_supplement
                WHERE petition_id = wanted), petitioner_name, petitioner_phone)))
        FROM petitions_petition WHERE id = wanted
    );
END $$;

CREATE OR REPLACE FUNCTION petitions_petition_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO petitions_searchtext (petition_id, text, whose)
        VALUES (NEW.id, petitions_fold(concat_ws(E'\\n', NEW.number,
                petitions_shown(NEW.title, NEW.petitioner_name, NEW.petitioner_phone), NEW.place,
                petitions_shown(NEW.content, NEW.petitioner_name, NEW.petitioner_phone))),
            petitions_whose(NEW.organization_id, NEW.studio_id, NEW.mandate_id));
        RETURN NULL;
    END IF;
    -- Compared here and not by "UPDATE OF" or "WHEN": with those no column of the table could change its type.
    IF (OLD.number, OLD.title, OLD.place, OLD.content, OLD.petitioner_name, OLD.petitioner_phone)
            IS DISTINCT FROM
            (NEW.number, NEW.title, NEW.place, NEW.content, NEW.petitioner_name, NEW.petitioner_phone) THEN
        PERFORM petitions_write_search_text(NEW.id);
    END IF;
    IF (OLD.organization_id, OLD.studio_id, OLD.mandate_id)
            IS DISTINCT FROM (NEW.organization_id, NEW.studio_id, NEW.mandate_id) THEN
        UPDATE petitions_searchtext SET whose = petitions_whose(NEW.organization_id, NEW.studio_id, NEW.mandate_id)
        WHERE petition_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
"""
"""Nobody is found by her name, her phone or another number she wrote into her words: what is masked on every page
(`Petition.shown`) must not be there for guessing."""
CORRECTED = """
UPDATE petitions_searchtext SET text = told
FROM (SELECT petition_id AS pk, petitions_search_text(petition_id) AS told FROM petitions_searchtext) now
WHERE pk = petition_id AND text IS DISTINCT FROM told
"""


def leave_out_persons(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        run = _runner(schema_editor)
        run(PERSON_FUNCTIONS)
        run(CORRECTED)


def take_persons_in(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        run = _runner(schema_editor)
        run(SEARCH_TEXT_AT_FIRST.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
        run(MARKS_TOLD)
        run("DROP FUNCTION petitions_shown(text, text, text)")
        run(CORRECTED)


def _runner(schema_editor):
    """`schema_editor.execute` would take the % of a text for a place to fill in."""

    def run(statement):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def _fill(schema_editor):
    """Batch by batch, so that no single statement holds a whole register."""
    with schema_editor.connection.cursor() as cursor:
        last = 0
        while last is not None:
            cursor.execute(
                "WITH batch AS (SELECT id FROM petitions_petition WHERE id > %s ORDER BY id LIMIT %s), written AS"
                " (INSERT INTO petitions_searchtext (petition_id, text)"
                " SELECT id, petitions_search_text(id) FROM batch) SELECT max(id) FROM batch",
                [last, BACKFILL],
            )
            last = cursor.fetchone()[0]
        # The index is made next, in this transaction, and will not wait for checks that are put off.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
