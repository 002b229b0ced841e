"""Words as programs and ECS print them, the cause that each shows, and calm lines.

`source` in printed.jsonl says where they are from: measured (asyncpg 0.32, uvloop 0.23, psycopg
3.3, SQLAlchemy 2.1, PostgreSQL 15, uvicorn 0.54, mosquitto 2.0.11), a source file, or a document.
"""

import json
from pathlib import Path
from typing import Final

from solarrally_tui.health.diagnosis.rules.functions import FUNCTIONS
from tests.health.met import Met

PRINTED: Final = tuple(
    Met(**json.loads(line))
    for line in Path(__file__).with_name("printed.jsonl").read_text("utf-8").splitlines()
)

_OF_FUNCTIONS: Final = frozenset(rule.id for rule in FUNCTIONS)
SCENARIOS: Final = tuple(
    {
        met.rule: met
        for met in reversed(PRINTED)
        if met.kind == "log" and met.rule not in _OF_FUNCTIONS
    }.values()
)
"""One line for each cause that a log of tasks shows: the first that is listed."""

CALM: Final = (
    "DEBUG asyncpg: connection refused error handler registered, error=0",
    "2026-11-29 06:13:14,123 DEBUG sqlalchemy.pool Exception during reset or similar",
    'INFO:     10.42.1.9:443 - "GET /api/errors HTTP/1.1" 500 Internal Server Error',
    "INFO  [alembic.runtime.migration] Running upgrade 12 -> 13, add column failed_logins",
    '{"level": "info", "msg": "retry after connection refused", "attempt": 1}',
    'level=info msg="no such file, using defaults"',
    "2026-11-29 06:13:14 INFO app.mqtt Reconnecting: last error was Connection refused",
    "errors: 0, timeouts: 0, failed: 0, invalid=0",
    "processed 120 messages, 0 failed, without errors",
    "2026/11/29 06:13:14 [notice] 1#1: signal 15 (SIGTERM) received, exiting",
    "2026-11-29T06:12:39: Client backend-1 closed its connection.",
    "2026-11-29T06:12:39: mosquitto version 2.0.22 terminating",
    "Errno 0: success",
    "WARNING: This is a development server.",
    "LOG:  checkpoint complete: wrote 12 buffers (0.1%); error=0",
)
"""Lines that no rule may claim."""

TRACEBACK: Final = """\
ERROR:    Traceback (most recent call last):
  File "/venv/lib/python3.11/site-packages/starlette/routing.py", line 734, in lifespan
    async with self.lifespan_context(app) as maybe_state:
  File "{file}", line 20, in connect
    raise TimeoutError from error
{last}

ERROR:    Application startup failed. Exiting.
"""
"""A start that failed, as uvicorn prints it."""
