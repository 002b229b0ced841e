"""The stand-in's table of users: what the one-off tasks do to the application's database.

A deliberate second opinion on the contract of `solarrally users` and `drill`: it shares nothing
with the programs that a task in AWS runs. It keeps no password, because nobody signs in to a
stand-in.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

from solarrally_tui.simulator.runtime.preconditions import no_database
from solarrally_tui.simulator.runtime.restored_databases import origin, version_of

_ADMIN = "admin"
_ROLES = (_ADMIN, "operator", "user", "guest")
_LEAST_PASSWORD = 1
_OTHER_ROLE = 3
_ANSWER_SECONDS = 30.0


class UserTables:
    """The users of each database, by the database's host. Safe from any thread."""

    def __init__(self) -> None:
        self._states: dict[str, list[tuple[float, dict[str, str]]]] = {}
        """By host: since when (epoch, seconds) which e-mail addresses have which role, the newest
        last."""
        self._lock = threading.Lock()

    def run(self, environment: Mapping[str, str]) -> int:
        """Do what a task with this environment does to the users; return its exit status."""
        with self._lock:
            host = environment.get("PGHOST", "")
            before = self._table(host)
            table = dict(before)
            if "USERS_REQUEST" in environment:
                request = json.loads(environment["USERS_REQUEST"])
                if request["action"] == "drill":
                    answer = self._examined(request, host)
                else:
                    answer = _answer(table, request)
            elif "ADMIN_EMAIL" in environment:
                role = table.setdefault(environment["ADMIN_EMAIL"].lower(), _ADMIN)
                self._keep(host, before, table)
                return 0 if role == _ADMIN else _OTHER_ROLE
            else:
                return 0
            self._keep(host, before, table)
        body = json.dumps(answer).encode()
        sent = urllib.request.Request(request["answer_to"], body, method="PUT")  # noqa: S310 (its own endpoint)
        with urllib.request.urlopen(sent, timeout=_ANSWER_SECONDS):  # noqa: S310
            return 0

    def _table(self, host: str) -> dict[str, str]:
        """Return the users of a database; of a restored one, first those that its source had."""
        if host not in self._states and (restored_from := origin(host)):
            source, moment = restored_from
            self._table(source)
            then = [table for since, table in self._states[source] if since <= moment]
            self._states[host] = [(time.time(), dict(then[-1]) if then else {})]
        return self._states.setdefault(host, [(0.0, {})])[-1][1]

    def _keep(self, host: str, before: Mapping[str, str], table: dict[str, str]) -> None:
        if table != before:
            self._states[host].append((time.time(), table))

    def _examined(self, request: Mapping[str, Any], own: str) -> dict[str, object]:
        """Return what a drill finds in a restored database.

        Raises ValueError where it cannot be opened, or is the site's own.
        """
        host = str(request["host"])
        if host == own:
            raise ValueError("this is the database that the site uses")
        opening = {"PGHOST": host, "PGUSER": request["user"], "PGPASSWORD": request["password"]}
        if why := no_database(opening):
            raise ValueError(why)
        table = self._table(host)
        return {
            "version": version_of(host),
            "missing": [],
            "users": len(table),
            "administrator": request["administrator"].lower() in table,
            # The stand-in stores no charging session.
            "sessions": 0,
            "newest_session": None,
        }


def _answer(table: dict[str, str], request: Mapping[str, str]) -> dict[str, object]:
    action, email = request["action"], request.get("email", "").lower()
    if action == "list":
        rows = (
            {"email": email, "role": role, "active": True, "last_login": None}
            for email, role in sorted(table.items())
        )
        return {"users": list(rows)}
    known = email in table
    if known is (action == "add"):
        return {"refused": "exists" if known else "unknown"}
    if action == "remove":
        del table[email]
        return {}
    if len(request["password"]) < _LEAST_PASSWORD:
        raise ValueError("a user needs a password")
    if action == "add":
        if request["role"] not in _ROLES:
            raise ValueError("no such role")
        table[email] = request["role"]
    return {}
