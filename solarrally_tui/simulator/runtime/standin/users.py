"""The stand-in's table of users: what the one-off tasks do to the application's database.

A deliberate second opinion on the contract of `solarrally users`: it shares nothing with the
program that a task in AWS runs. It keeps no password, because nobody signs in to a stand-in.
"""

import json
import threading
import urllib.request
from collections.abc import Mapping

_ADMIN = "admin"
_ROLES = (_ADMIN, "operator", "user", "guest")
_LEAST_PASSWORD = 1
_OTHER_ROLE = 3
_ANSWER_SECONDS = 30.0


class UserTables:
    """The users of each database, by the database's host. Safe from any thread."""

    def __init__(self) -> None:
        self._roles: dict[str, dict[str, str]] = {}
        """Roles by e-mail address, by host."""
        self._lock = threading.Lock()

    def run(self, environment: Mapping[str, str]) -> int:
        """Do what a task with this environment does to the users; return its exit status."""
        with self._lock:
            table = self._roles.setdefault(environment.get("PGHOST", ""), {})
            if "USERS_REQUEST" in environment:
                request = json.loads(environment["USERS_REQUEST"])
                answer = _answer(table, request)
            elif "ADMIN_EMAIL" in environment:
                role = table.setdefault(environment["ADMIN_EMAIL"].lower(), _ADMIN)
                return 0 if role == _ADMIN else _OTHER_ROLE
            else:
                return 0
        body = json.dumps(answer).encode()
        sent = urllib.request.Request(request["answer_to"], body, method="PUT")  # noqa: S310 (its own endpoint)
        with urllib.request.urlopen(sent, timeout=_ANSWER_SECONDS):  # noqa: S310
            return 0


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
