"""Dumps as people have them: read, or refused before anything is uploaded."""

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from solarrally_tui.aws.errors import Plain
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.operations import dump_file
from solarrally_tui.provisioning.operations.dump_file import DumpError, text_of
from solarrally_tui.provisioning.operations.dump_import import _not_loaded, examine
from solarrally_tui.provisioning.operations.dump_statements import statements_of

CASES = Path(__file__).parents[1] / "blueprints" / "database" / "dumps"
OK = (CASES / "ok.sql").read_text("utf-8")
NOTE = "Müllerstraße \N{EN DASH} Łódź"
ROW = "INSERT INTO public.users (email, note) VALUES ('jörg@example.com', '{}');"


def dump(*lines: str) -> str:
    begin = "--\n-- PostgreSQL database dump\n--\n"
    return begin + "\n".join(lines) + "\n--\n-- PostgreSQL database dump complete\n--\n"


def prepared(body: bytes) -> str:
    return statements_of(text_of(body).text).sql


def refused(body: bytes) -> DumpError:
    with pytest.raises(DumpError) as raised:
        prepared(body)
    assert raised.value.why.endswith(".")
    assert raised.value.next
    return raised.value


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(f"{name}.sql", body)
    return packed.getvalue()


def tarred(name: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return packed.getvalue()


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r\n").encode("utf-16"),
        lambda text: gzip.compress(text.encode()),
        lambda text: bz2.compress(text.encode()),
        lambda text: lzma.compress(text.encode()),
        lambda text: zipped(dump=text.encode("utf-16")),
        lambda text: gzip.compress(gzip.compress(text.encode())),
    ],
)
def test_the_same_dump_is_read_however_it_is_packed(wrap: Callable[[str], bytes]) -> None:
    assert prepared(wrap(OK)) == prepared(OK.encode())
    assert NOTE in prepared(wrap(OK))


def test_rows_of_copy_and_what_a_site_does_not_need_of_a_whole_dump() -> None:
    body = dump(
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;',
        "CREATE TABLE public.users (id integer);",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql BEGIN ATOMIC\n SELECT 1;\nEND;",
        "ALTER TABLE public.users OWNER TO bob;",
        "GRANT ALL ON TABLE public.users TO carol;",
        "COPY public.charging_sessions (id, user_id) FROM stdin;",
        "1\t7",
        "\\.",
        "COPY public.users (id, email, note) FROM stdin;",
        "7\tjo'rg\tone\\ntwo \\\\ ; --",
        "8\t\\N\t",
        "\\.",
        "COPY public.empty (id) FROM stdin;",
        "\\.",
    )
    made = statements_of(body)
    assert made.sql.splitlines() == [
        "INSERT INTO public.users (id, email, note) VALUES ('7', 'jo''rg', 'one",
        "two \\ ; --') ON CONFLICT DO NOTHING;",
        "INSERT INTO public.users (id, email, note) VALUES ('8', NULL, '') ON CONFLICT DO NOTHING;",
        (
            "INSERT INTO public.charging_sessions (id, user_id) VALUES ('1', '7')"
            " ON CONFLICT DO NOTHING;"
        ),
    ]
    assert (made.roles, made.extensions, made.definitions) == (("bob", "carol"), ("uuid-ossp",), 2)
    assert dict(made.rows) == {"users": 2, "charging_sessions": 1}


def test_line_ends_within_data_stay() -> None:
    text = dump(ROW.format("one\r\ntwo\nthree"))
    assert "one\r\ntwo\nthree" in prepared(text.encode())


def test_only_what_decides_what_the_data_mean_is_set() -> None:
    sql = statements_of(
        dump(
            "\\restrict abc",
            "SET transaction_timeout = 0;",
            "SET some_setting_of_version_23 TO 'x';",
            "SET client_encoding = 'UTF8';",
            "SET standard_conforming_strings = on;",
            "SELECT pg_catalog.set_config('search_path', '', false);",
            ROW.format("\n\\restrict me; '' -- /* $x$"),
            "SELECT pg_catalog.setval('public.charging_sessions_id_seq', 1, true);",
        )
    )
    assert sql.left_out == ("transaction_timeout", "some_setting_of_version_23", "client_encoding")
    lines = sql.sql.split(";\n")
    assert [line.partition(" ")[0] for line in lines[:3]] == ["SET", "SELECT", "INSERT"]
    assert "\n\\restrict me; '' -- /* $x$" in sql.sql


@pytest.mark.parametrize(
    ("body", "words", "then"),
    [
        ((CASES / "cut.sql").read_bytes(), "cut off", "pg_dump --file"),
        ((CASES / "empty.sql").read_bytes(), "is empty", "pg_dump --file"),
        (b"\xef\xbb\xbf\r\n", "is empty", "pg_dump --file"),
        ((CASES / "old.sql").read_bytes(), "pg_dump did not write it", "pg_dump --file"),
        ((CASES / "custom.dump").read_bytes()[:-40], "custom.*cut off", "pg_restore"),
        ("PGDMP\x01\x0e".encode("utf-16"), "PowerShell has damaged it", "pg_dump --file"),
        (b"pg_dump: warning: x\n" + OK.encode(), "line 1 .pg_dump", "pg_dump --file"),
        (tarred("toc.dat"), "tar format.*cut off", "pg_restore"),
        (tarred("dump.sql"), "tar archive with dump.sql", "Unpack it"),
        (b"\x28\xb5\x2f\xfd1234", "zstd", "zstd -d"),
        (b"\x04\x22\x4d\x181234", "lz4", "lz4 -d"),
        (b"7z\xbc\xaf\x27\x1c1234", "7-Zip", "7z x"),
        (gzip.compress(OK.encode())[:-20], "gzip file is cut off", "again"),
        (lzma.compress(OK.encode())[:-20], "xz file is cut off", "again"),
        (b"\x1f\x8b\x00\x00broken", "gzip file is damaged", "again"),
        (zipped(one=b"1", two=b"2"), "one.sql, two.sql", "Unpack"),
        (OK.encode("utf-16")[:-1], "cut off", "pg_dump"),
        (OK.encode()[: OK.encode().index("ö".encode()) + 1], "cut off", "pg_dump"),
        (OK.encode().replace("ö".encode(), b"\xf6"), "Line 25 is not UTF-8", "-E UTF8"),
        (OK.encode("utf-8").decode("cp850").encode("utf-16"), "PowerShell changed", "--file"),
        (OK.replace("'UTF8'", "'MULE_INTERNAL'").encode(), "MULE_INTERNAL", "-E UTF8"),
        (OK.replace("ö", "\x00").encode(), "zero bytes", "pg_dump"),
        (b"SQLite format 3\x00 etc", "SQLite", "PostgreSQL"),
        (b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;", "SQLite", "pg_dump"),
        (b"-- MySQL dump 10.13  Distrib 8.0.36\n", "MySQL", "pg_dump"),
        (b"/*!999999\\- enable the sandbox mode */\n-- MariaDB dump 10.19\n", "MariaDB", "pg_dump"),
        (b"--\n-- PostgreSQL database cluster dump\n--\n", "pg_dumpall", "pg_dump"),
        (b"<!DOCTYPE html><title>Sign in", "web page", "pg_dump"),
        (dump("COPY public.users (id) FROM stdin;", "1").encode(), "cut off within the COPY", "pg"),
        (dump("CREATE TABLE public.users ();").encode(), "no data", "--data-only"),
        (dump("BEGIN;", ROW, "COMMIT;").encode(), "begins or ends a transaction", "Delete"),
        (dump("\\connect old").encode(), r"psql, .connect", "pg_dump"),
        (dump("\\i other.sql").encode(), r"psql, .i", "Delete the line"),
        (dump("SET x = 1;").encode(), "no data", "pg_dump"),
        (dump("INSERT INTO public.users VALUES ('x").encode(), "begins in line 4", "pg_dump"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_imported_is_refused_with_the_reason(
    body: bytes, words: str, then: str
) -> None:
    error = refused(body)
    assert re.search(words, error.why)
    assert then in error.next


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_not_unpacked(
    pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump_file, "MOST_BYTES", 1000)
    assert "more than" in refused(pack(b"x" * 100_000)).why


def test_an_archive_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump_file, "MOST_BYTES", 40)
    error = refused((CASES / "custom.dump").read_bytes())
    assert "MB of rows" in error.why


def test_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(StepError) as plain:
        examine(tmp_path)
    assert "folder" in plain.value.plain.why
    (tmp_path / "toc.dat").write_bytes(b"PGDMP\x01\x0e")
    with pytest.raises(StepError) as dumped:
        examine(tmp_path)
    assert "directory format" in dumped.value.plain.why
    assert (dumped.value.exit_code, "pg_restore" in dumped.value.plain.next) == (Exit.REFUSED, True)


@pytest.mark.parametrize(
    ("error", "then"),
    [
        ('UndefinedColumnError: column "tariff"', "does not have this column"),
        ("UniqueViolationError: duplicate key", "--on-conflict-do-nothing"),
        ("ForeignKeyViolationError: Key (user_id)", "application.admin_email"),
        ("SomeOtherError: x", "log group"),
    ],
)
def test_what_the_database_refuses_has_a_next_step(error: str, then: str) -> None:
    plain: Plain = _not_loaded([f"nothing was imported. {error}"], "", "/log")
    assert then in plain.next
