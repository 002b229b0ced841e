"""A real asyncpg, with the backend's environment, at a real PostgreSQL over verified TLS."""

import json
import secrets
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, authority, server

# Logs in once for every password that it reads, and says what came of it.
CLIENT = """
import asyncio, json, os, sys
import asyncpg

async def main():
    for line in sys.stdin:
        os.environ["PGPASSWORD"] = json.loads(line)
        try:
            connection = await asyncpg.connect()
            said = await connection.fetchrow(
                "SELECT current_user::text, ssl, version "
                "FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            await connection.close()
            print(json.dumps(list(said)), flush=True)
        except Exception as error:
            print(json.dumps([type(error).__name__, str(error)]), flush=True)

asyncio.run(main())
"""
LOGINS = 300
# What RDS takes in a password beyond letters and digits: everything but / @ " and blanks.
RDS_PUNCTUATION = "".join(c for c in string.punctuation if c not in '/@"')


def resource(stack: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = deployed(example("small", {}))[stack]["Resources"][name]["Properties"]
    return found


def backend() -> dict[str, Any]:
    containers = resource("app", "TaskDefinition")["ContainerDefinitions"]
    (found,) = [each for each in containers if each["Name"] == "backend"]
    return dict(found)


def environment(database: Server) -> dict[str, str]:
    """Return the container's variables; only what differs from place to place is filled in."""
    container = backend()
    given = {each["Name"]: str(each["Value"]) for each in container["Environment"]}
    from_secrets = {each["Name"] for each in container["Secrets"]}
    assert from_secrets == {"PGUSER", "PGPASSWORD", "JWT_SECRET_KEY"}
    assert given["PGSSLMODE"] == "verify-full"
    here = {
        "PGHOST": HOST,
        "PGPORT": str(database.port),
        "PGDATABASE": OWNER,
        "HOME": "/nonexistent",
    }
    assert here.keys() <= given.keys()
    return (
        given
        | here
        | {
            "PGSSLROOTCERT": str(database.ca_file),
            "PGUSER": OWNER,
            "JWT_SECRET_KEY": "unused",
        }
    )


def passwords() -> Iterator[str]:
    """Yield what Secrets Manager would make of the template, and what an operator may choose."""
    made = resource("data", "DbSecret")["GenerateSecretString"]
    assert made["ExcludePunctuation"] is True
    letters = string.ascii_letters + string.digits
    for number in range(LOGINS):
        alphabet = letters if number % 2 else letters + RDS_PUNCTUATION
        yield "".join(secrets.choice(alphabet) for _ in range(made["PasswordLength"]))


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    with server() as running:
        yield running


def client(variables: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=variables,
    )


def log_in(process: "subprocess.Popen[str]", password: str) -> list[Any]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(password) + "\n")
    process.stdin.flush()
    answer: list[Any] = json.loads(process.stdout.readline())
    return answer


def set_password(database: Server, password: str) -> None:
    quoted = password.replace("'", "''")
    database.sql(f"ALTER ROLE {OWNER} PASSWORD '{quoted}';")


def test_every_generated_password_logs_in_over_verified_tls(database: Server) -> None:
    admin = subprocess.Popen(
        database.psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process = client(environment(database))
    assert admin.stdin
    assert admin.stdout
    answers = set()
    for password in passwords():
        quoted = password.replace("'", "''")
        admin.stdin.write(f"ALTER ROLE {OWNER} PASSWORD '{quoted}';\n\\echo done\n")
        admin.stdin.flush()
        assert admin.stdout.readline() == "done\n"
        answers.add(tuple(log_in(process, password)))
    assert answers == {(OWNER, True, "TLSv1.3")}
    process.communicate(timeout=60)
    admin.communicate(timeout=60)


def test_a_server_of_another_authority_is_refused(database: Server, tmp_path: Path) -> None:
    set_password(database, "right")
    wrong = environment(database) | {"PGSSLROOTCERT": str(authority(tmp_path))}
    process = client(wrong)
    kind, reason = log_in(process, "right")
    assert kind == "SSLCertVerificationError"
    assert "certificate verify failed" in reason
    process.communicate(timeout=60)


def test_a_server_under_another_name_is_refused(database: Server) -> None:
    set_password(database, "right")
    process = client(environment(database) | {"PGHOST": "127.0.0.1"})
    kind, reason = log_in(process, "right")
    assert kind == "SSLCertVerificationError"
    assert "IP address mismatch" in reason
    process.communicate(timeout=60)


def test_a_wrong_password_is_refused(database: Server) -> None:
    set_password(database, "right")
    process = client(environment(database))
    assert log_in(process, "wrong")[0] == "InvalidPasswordError"
    assert log_in(process, "right")[0] == OWNER
    process.communicate(timeout=60)
