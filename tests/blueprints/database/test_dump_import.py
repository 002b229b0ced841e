"""The program that imports a dump: a real pg_dump, a real database over verified TLS, the task's
own environment."""

import http.server
import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.provisioning.operations.dump_file import COMMAND, DumpError, text_of
from solarrally_tui.provisioning.operations.dump_import import examine
from solarrally_tui.provisioning.operations.dump_program import PROGRAM
from solarrally_tui.provisioning.operations.dump_statements import statements_of
from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, _program, server

CASES = Path(__file__).parent / "dumps"
DOCS = Path(__file__).parents[3] / "docs" / "operations.md"
# As the application makes them.
TABLES = """
CREATE TABLE roles (id serial PRIMARY KEY, name varchar(50) UNIQUE NOT NULL);
CREATE TABLE users (
    id uuid PRIMARY KEY, email varchar(320) UNIQUE NOT NULL, hashed_password varchar(1024) NOT NULL,
    role_id integer REFERENCES roles (id), note text);
CREATE TABLE charging_sessions (
    id serial PRIMARY KEY, user_id uuid REFERENCES users (id), energy double precision);
INSERT INTO roles (name) VALUES ('admin'), ('operator'), ('user'), ('guest');
"""
OLD = """
INSERT INTO users VALUES
  ('00000000-0000-0000-0000-000000000001', 'chief@example.com', '$2b$old', 1, 'x'),
  ('00000000-0000-0000-0000-000000000002', 'anne@example.com', '$2b$anne', 3,
   E'it''s\\n\\\\restrict me\\n"; DROP TABLE users; --');
INSERT INTO charging_sessions (user_id, energy)
  VALUES ('00000000-0000-0000-0000-000000000002', 12.5);
"""
NEW = """
INSERT INTO users VALUES
  ('00000000-0000-0000-0000-0000000000aa', 'chief@example.com', '$2b$new', 1, 'made by deploy');
"""


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    with server() as running:
        running.sql(f"ALTER ROLE {OWNER} PASSWORD 'secret';CREATE DATABASE old OWNER {OWNER};")
        sql(running, "old", TABLES + OLD)
        yield running


@pytest.fixture
def fresh(database: Server) -> Server:
    """The database of a site that was just deployed."""
    sql(database, OWNER, "DROP TABLE IF EXISTS charging_sessions, users, roles;")
    sql(database, OWNER, TABLES + NEW)
    return database


def sql(database: Server, name: str, text: str, *options: str) -> str:
    words = [*database.psql(), "-d", name, "-U", OWNER, *options]
    told = subprocess.run(words, input=text, text=True, check=True, capture_output=True, timeout=60)
    return told.stdout.strip()


def documented() -> list[str]:
    """Return the options of the pg_dump command that the documentation gives."""
    (line,) = [line for line in DOCS.read_text().splitlines() if line.startswith("pg_dump ")]
    words = line.split()
    assert line == COMMAND
    return [word for word in words[1 : words.index("OLD_DATABASE")] if "--file" not in word]


def dump(database: Server, *options: str) -> bytes:
    words = [_program("pg_dump"), *options, "-h", str(database.folder), "-p", str(database.port)]
    return subprocess.check_output([*words, "-U", OWNER, "old"], timeout=60)


def environment(database: Server) -> dict[str, str]:
    """Return what the administrator's task gives its container, at home here."""
    task: dict[str, Any] = deployed(example("small", {}))["app"]["Resources"]["AdministratorTask"]
    (container,) = task["Properties"]["ContainerDefinitions"]
    assert (container["Name"], container["EntryPoint"]) == ("administrator", ["python", "-c"])
    given = {each["Name"]: str(each["Value"]) for each in container["Environment"]}
    assert given["PGSSLMODE"] == "verify-full"
    here = {"PGHOST": HOST, "PGPORT": str(database.port), "PGDATABASE": OWNER}
    return (
        given
        | here
        | {
            "PGSSLROOTCERT": str(database.ca_file),
            "PGUSER": OWNER,
            "PGPASSWORD": "secret",
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
        }
    )


def load(database: Server, dumped: bytes, **more: str) -> tuple[int, str]:
    """Examine a dump, then run the program as the task does, with the dump behind an address.

    more: variables of the task's environment.
    """
    body = statements_of(text_of(dumped).text).sql.encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep the output of the tests quiet."""

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True).start()
    url = {"DUMP_URL": f"http://127.0.0.1:{serving.server_port}/dump.sql"}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment(database) | url | more,
        text=True,
        capture_output=True,
        check=False,
        timeout=240,
    )
    serving.shutdown()
    serving.server_close()
    return ended.returncode, ended.stdout + ended.stderr


def users(database: Server) -> str:
    return sql(database, OWNER, "SELECT email, hashed_password FROM users ORDER BY 1;", "-At")


def test_users_come_along_and_nobody_is_replaced(fresh: Server) -> None:
    code, told = load(fresh, dump(fresh, *documented()))
    assert code == 0, told
    assert "import: users 1 -> 2" in told
    assert users(fresh) == "anne@example.com|$2b$anne\nchief@example.com|$2b$new"
    assert "import: charging_sessions 0 -> 1" in told
    kept = sql(fresh, OWNER, "SELECT note FROM users WHERE email LIKE 'anne%';", "-At")
    assert kept == sql(fresh, "old", "SELECT note FROM users WHERE email LIKE 'anne%';", "-At")
    # The next session of the application gets a number that is free.
    sql(fresh, OWNER, "INSERT INTO charging_sessions (energy) VALUES (1);")


def test_a_second_import_changes_nothing(fresh: Server) -> None:
    body = dump(fresh, *documented())
    load(fresh, body)
    code, told = load(fresh, body)
    assert (code, users(fresh).count("\n")) == (0, 1), told
    assert "import: users 2 -> 2" in told


def test_a_rehearsal_counts_what_goes_in_and_keeps_nothing(fresh: Server) -> None:
    body = dump(fresh, *documented())
    code, told = load(fresh, body, REHEARSAL="1")
    assert code == 0, told
    assert "import: users 1 -> 2" in told
    assert "s, then undone" in told
    assert users(fresh) == "chief@example.com|$2b$new"
    assert load(fresh, body)[1].startswith("import: users 1 -> 2")


@pytest.mark.parametrize("rehearsal", [{}, {"REHEARSAL": "1"}])
def test_what_is_checked_at_the_end_of_the_transaction_fails_a_rehearsal_too(
    fresh: Server, rehearsal: dict[str, str]
) -> None:
    key = "ALTER TABLE users ALTER CONSTRAINT users_role_id_fkey DEFERRABLE INITIALLY DEFERRED;"
    sql(fresh, OWNER, "DELETE FROM users; DELETE FROM roles WHERE id = 3;" + key)
    code, told = load(fresh, dump(fresh, *documented()), **rehearsal)
    assert code == 4
    assert "ForeignKeyViolationError" in told
    assert not users(fresh)


def test_half_a_dump_changes_nothing(fresh: Server) -> None:
    end = b"--\n-- PostgreSQL database dump complete"
    more = b"INSERT INTO public.nowhere VALUES (1);\n" + end
    body = dump(fresh, *documented()).replace(end, more)
    code, told = load(fresh, body)
    assert code == 4
    assert "nothing was imported. UndefinedTableError" in told
    assert users(fresh) == "chief@example.com|$2b$new"


@pytest.mark.parametrize(
    "place", [b"complete", b"b$anne", b"VALUES ('00", b"SELECT pg_catalog.setval"]
)
def test_a_dump_that_is_cut_off_is_refused(fresh: Server, place: bytes) -> None:
    body = dump(fresh, *documented())
    with pytest.raises(DumpError, match="cut off"):
        load(fresh, body[: body.index(place)])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--schema-only", "--no-owner"), "no data"),
        (("--schema-only", "-Fc"), "no data"),
        (("--create", "--no-owner"), "whole database"),
        (("--data-only", "--inserts", "--disable-triggers"), "switches triggers"),
    ],
)
def test_other_dumps_are_refused_in_words(
    fresh: Server, options: tuple[str, ...], words: str
) -> None:
    with pytest.raises(DumpError, match=words):
        load(fresh, dump(fresh, *options))


@pytest.mark.parametrize(
    "options",
    [(), ("--data-only",), ("-Fc",), ("-Fc", "-Z0"), ("-Ft",), ("-Fc", "-E", "LATIN1")],
    ids=" ".join,
)
def test_a_whole_dump_goes_in_without_what_the_site_has(
    fresh: Server, options: tuple[str, ...]
) -> None:
    sql(fresh, "old", "DELETE FROM users WHERE email LIKE 'chief%';")
    body = dump(fresh, *options)
    code, told = load(fresh, body)
    assert code == 0, told
    assert "import: charging_sessions 0 -> 1" in told
    kept = sql(fresh, OWNER, "SELECT note FROM users WHERE email LIKE 'anne%';", "-At")
    assert kept == sql(fresh, "old", "SELECT note FROM users WHERE email LIKE 'anne%';", "-At")
    assert "PostgreSQL 15" in text_of(body).what
    assert load(fresh, body)[0] == 0


@pytest.mark.parametrize("packed", ["0", "6"])
def test_a_folder_of_pg_dump_is_read(fresh: Server, tmp_path: Path, packed: str) -> None:
    dump(fresh, "-Fd", "-Z", packed, "-f", str(tmp_path / "old"))
    seen = examine(tmp_path / "old")
    assert dict(seen.statements.rows)["charging_sessions"] == 1
    assert "directory format, of PostgreSQL 15" in seen.lines[0]
    assert OWNER in " ".join(seen.lines)
    with tarfile.open(tmp_path / "old.tgz", "w:gz") as archive:
        archive.add(tmp_path / "old", "old")
    assert examine(tmp_path / "old.tgz").statements == seen.statements


@pytest.mark.parametrize("name", ["ok", "pg17", "utf16"])
def test_dumps_that_people_have_go_in(fresh: Server, name: str) -> None:
    code, told = load(fresh, (CASES / f"{name}.sql").read_bytes())
    assert code == 0, told
    found = sql(fresh, OWNER, "SELECT email, note FROM users WHERE role_id = 3;", "-At")
    assert found == "jörg@example.com|Müllerstraße \N{EN DASH} Łódź"


@pytest.mark.parametrize("encoding", ["LATIN1", "WIN1252"])
def test_a_dump_in_another_encoding_goes_in(fresh: Server, encoding: str) -> None:
    words = (
        (CASES / "ok.sql")
        .read_text("utf-8")
        .replace(" \N{EN DASH} Łódź", "")
        .replace("'UTF8'", f"'{encoding}'")
    )
    code, told = load(fresh, words.replace("\n", "\r\n").encode("latin-1"))
    assert code == 0, told
    found = sql(fresh, OWNER, "SELECT email, note FROM users WHERE role_id = 3;", "-At")
    assert found == "jörg@example.com|Müllerstraße"


def test_a_column_that_the_site_does_not_have_is_named(fresh: Server) -> None:
    code, told = load(fresh, (CASES / "column.sql").read_bytes())
    assert code == 4
    assert 'UndefinedColumnError: column "tariff" of relation "charging_sessions"' in told
    assert users(fresh) == "chief@example.com|$2b$new"


def test_the_program_fits_into_the_overrides_of_a_task() -> None:
    """8,192 characters in all, with an address of up to 2,000."""
    assert len(PROGRAM) < 5_000
