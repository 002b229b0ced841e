"""Slow statements in PostgreSQL's own lines: grouped, without any value; and on a deployed site."""

import json
import time
from typing import Any

import httpx
import pytest

from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.diagnosis.examine import conclude
from solarrally_tui.health.diagnosis.render import as_object, to_markdown, to_table
from solarrally_tui.health.diagnosis.sources.slow_queries import slow
from solarrally_tui.health.observed_site import observe
from solarrally_tui.health.report import Report
from solarrally_tui.health.slow_queries import slow_queries, without_values
from tests.health.health_setup import BreakableSite

PREFIX = "2026-11-29 19:29:29 UTC:127.0.0.1(35864):app@app:[31775]:"
LINES = [
    f"{PREFIX}LOG:  statement: create table if not exists s(id serial, email text, kwh float)",
    f"{PREFIX}LOG:  duration: 118.426 ms  execute __asyncpg_stmt_1__: select pg_sleep($1), $2",
    f"{PREFIX}DETAIL:  parameters: $1 = '0.1', $2 = 'secret@example.org'",
    f"{PREFIX}LOG:  duration: 203.599 ms  execute __asyncpg_stmt_1__: select pg_sleep($1), $2",
    f"{PREFIX}LOG:  duration: 101.600 ms  statement: select 1 /* x */ where 'hunter2'<>'a''b'",
    "\t  and 'z' in ('a','b','z')",
    f"{PREFIX}ERROR:  canceling statement due to statement timeout",
]
"""PostgreSQL 15 with the prefix of RDS, as measured."""


def test_statements_are_grouped_with_their_times() -> None:
    first, second = slow_queries(LINES)
    assert (first.count, first.longest, round(first.total)) == (2, 203.599, 322)
    assert first.statement == "select pg_sleep($1), $2"
    assert second.statement == "select ? where ?<>? and ? in (?)"
    assert slow_queries(["", "duration: 3 ms", *LINES[:1]]) == []


@pytest.mark.parametrize(
    ("statement", "plain"),
    [
        ("select * from users where email = 'a@b.c' and id=42", "email = ? and id=?"),
        ("insert into t values (1, 'it''s', E'a\\'b', -2.5)", "values (?)"),
        ("select $tag$ secret $tag$, $$ secret $$", "select ?, ?"),
        ("select 'secret", "select ?"),
        ("select x1 from t2 -- secret", "select x1 from t2"),
        ("select $1, t.c3", "select $1, t.c3"),
    ],
)
def test_no_value_stays_in_a_statement(statement: str, plain: str) -> None:
    assert plain in without_values(statement)
    assert "secret" not in without_values(statement)


async def test_a_diagnosis_lists_them_without_calling_them_a_cause(site: BreakableSite) -> None:
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    lines = [line.replace("2026-11-29 19:29:29", now) for line in LINES]
    database = site.outputs["data"]["DbInstanceId"]
    _write(site, {"database": database, "lines": lines})
    case = Case(await observe(site.deployed))
    case.evidence += [evidence async for evidence in slow(case)]
    _write(site, {"database": database})
    found = conclude(case, Report(case.name, ()), ())
    assert found.slow[0].words == "0.2 s at most, 2 times: select pg_sleep($1), $2"
    assert found.causes == ()
    for shown in (to_table(found), to_markdown(found), json.dumps(as_object(found))):
        assert "sleep($1), $2" in shown
        assert "secret@" not in shown
        assert "hunter2" not in shown


def _write(site: BreakableSite, body: dict[str, Any]) -> None:
    url = f"{site.account.endpoint_url}/_solarrally/database-log"
    httpx.post(url, json=body, trust_env=False).raise_for_status()
