"""The least anybody could do: WSGI + psycopg2 + orjson, and the SQL of the house.

Run by bench/matters.py under the same server. For each request it reads the session, the account and its posts in one
query, then runs the statements that the house ran for the same request (same rows read, same rows written, one
transaction for a step), and answers the rows as JSON. It leaves out everything else: routing, rights, forms, checking
what was given, masking, throttling, the shaping of an answer, templates, and building any statement.
"""

import os
import re
import threading
from pathlib import Path
from urllib.parse import parse_qs

import orjson
import psycopg2

WHO = """SELECT u.id, u.username, u.is_active, m.role, o.path FROM django_session s, accounts_user u
LEFT JOIN accounts_membership m ON m.user_id = u.id LEFT JOIN accounts_organization o ON o.id = m.organization_id
WHERE s.session_key = %s AND s.expire_date > now() AND u.id = %s"""
local = threading.local()
book = {"read_at": 0.0, "pages": {}}


def page_of(name):
    """The statements of an operation; the file is read again when it was written anew."""
    file = Path(os.environ["BENCH_STATEMENTS"])
    if file.stat().st_mtime != book["read_at"]:
        book.update(read_at=file.stat().st_mtime, pages=orjson.loads(file.read_bytes()))
    return book["pages"][name]


def connection():
    if not hasattr(local, "connection"):
        local.connection = psycopg2.connect(os.environ["DATABASE_URL"])
    return local.connection


def application(environ, start_response):
    asked = parse_qs(environ["QUERY_STRING"])
    page = page_of(environ["PATH_INFO"].strip("/"))
    if environ["REQUEST_METHOD"] == "POST":
        orjson.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
    told = asked.get("pk", [""])[0]
    session, user = asked["session"][0], int(asked["user"][0])
    with connection() as transaction, transaction.cursor() as cursor:
        cursor.execute(WHO, (session, user))
        answer = [cursor.fetchall()]
        # What is taken down has no id yet: its number is given, its id is what the database answers.
        swaps = [(page["pk"], told)] if told and not page["creates"] else []
        for sql in page["sql"]:
            for old, new in swaps:
                sql = sql.replace(old, new)
            if page["number"]:
                sql = re.sub(page["number"], f"'Z{told}'", sql)
            cursor.execute(sql)
            if cursor.description:
                answer.append(cursor.fetchall())
                if page["creates"] and sql.startswith('INSERT INTO "petitions_petition"'):
                    swaps = [(page["pk"], str(answer[-1][0][0]))]
    body = orjson.dumps(answer, default=str)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
