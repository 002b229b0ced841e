"""The program that examines a restored database: real models, a real database over verified TLS."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.provisioning.operations.drill_program import PROGRAM
from solarrally_tui.provisioning.operations.drill_report import Examined
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, server
from tests.blueprints.database.test_dump_import import environment, sql

# As the application has them: one engine from DATABASE_URL, models of one declarative base.
DATABASE = """
import os
from sqlalchemy.ext.asyncio import create_async_engine
engine = create_async_engine(os.environ["DATABASE_URL"], echo=True)
"""
MODELS = """
from sqlalchemy import DateTime, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, mapped_column
class Base(DeclarativeBase):
    pass
class Role(Base):
    __tablename__ = "roles"
    id = mapped_column(primary_key=True, type_=Integer)
class User(Base):
    __tablename__ = "users"
    email = mapped_column(String, primary_key=True)
    role_id = mapped_column(ForeignKey("roles.id"))
class ChargingSession(Base):
    __tablename__ = "charging_sessions"
    id = mapped_column(primary_key=True, type_=Integer)
    start_time = mapped_column(DateTime)
    end_time = mapped_column(DateTime)
"""
TABLES = """
CREATE TABLE roles (id serial PRIMARY KEY);
CREATE TABLE users (email varchar PRIMARY KEY, role_id integer REFERENCES roles (id));
CREATE TABLE charging_sessions (id serial PRIMARY KEY, start_time timestamp, end_time timestamp);
INSERT INTO users VALUES ('Chief@example.com', NULL), ('anne@example.com', NULL);
INSERT INTO charging_sessions (start_time, end_time)
  VALUES ('2026-11-28 10:00', '2026-11-28 11:30'), ('2026-11-29 10:00', NULL);
"""


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    with server() as running:
        running.sql(f"ALTER ROLE {OWNER} PASSWORD 'of the drill';")
        sql(running, OWNER, TABLES)
        yield running


@pytest.fixture
def application(tmp_path: Path) -> Path:
    for name, text in (("db/database.py", DATABASE), ("models/user.py", MODELS)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return tmp_path


def examine(database: Server, application: Path, own: str) -> tuple[int, str, list[bytes]]:
    """Run the program as the task does, with an address that takes its answer."""
    answers: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answers.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep the output of the tests quiet."""

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True).start()
    asked = {
        "host": HOST,
        "port": database.port,
        "user": OWNER,
        "password": "of the drill",
        "administrator": "chief@example.com",
        "answer_to": f"http://127.0.0.1:{serving.server_port}/answer",
    }
    given = {"PGHOST": own, "PGPORT": "1", "USERS_REQUEST": json.dumps(asked)}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=application,
        env=environment(database) | given,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    serving.shutdown()
    serving.server_close()
    return ended.returncode, ended.stdout + ended.stderr, answers


def test_the_program_examines_only_what_it_was_given(database: Server, application: Path) -> None:
    code, told, answers = examine(database, application, "own.example.com")
    assert code == 0, told
    assert "example.com" not in told  # an address is in no log
    seen = Examined.of(json.loads(answers[0]))
    assert (seen.missing, seen.users, seen.has_administrator) == ((), 2, True)
    assert seen.version.partition(".")[0].isdecimal()
    assert seen.sessions == 2
    assert seen.newest_session
    assert seen.newest_session.isoformat() == "2026-11-29T10:00:00+00:00"
    code, told, answers = examine(database, application, HOST)
    assert (code, answers) == (1, [])
    assert "the database that the site uses" in told


def test_what_the_models_need_and_is_not_there_is_named(
    database: Server, application: Path
) -> None:
    sql(database, OWNER, "ALTER TABLE charging_sessions RENAME end_time TO gone;")
    sql(database, OWNER, "ALTER TABLE roles RENAME TO groups;")
    code, told, answers = examine(database, application, "own.example.com")
    sql(database, OWNER, "ALTER TABLE groups RENAME TO roles;")
    sql(database, OWNER, "ALTER TABLE charging_sessions RENAME gone TO end_time;")
    assert code == 0, told
    seen = Examined.of(json.loads(answers[0]))
    assert (seen.missing, seen.users) == (("charging_sessions.end_time", "roles"), 0)
