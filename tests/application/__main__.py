"""Build the real application from a checkout, run it, break it, and print what it says.

    make app CHECKOUT=/path/to/SolarRally

The checkout is a plain `git clone` of the application's repository. What is built stays in .build.
Every figure of the table is read from the running application; docs/application.md explains it.
"""

import asyncio
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.application.browser import Browser, browser
from tests.application.build import ROOT, build
from tests.application.record import record
from tests.application.running import (
    ADMINISTRATOR,
    DATABASE_PASSWORD,
    NAMES,
    PASSWORD,
    Chargers,
    Iot,
    Task,
    frozen,
    site,
    until,
)
from tests.blueprints.database.postgres_setup import OWNER, Server, server

LISTEN_SECONDS = 7.0
ANNE, BEN = "anne@example.com", "ben@example.com"
AGED = site().silent_after_seconds + 5


class Reader:
    """Asks the backend what viewers and `status` ask it."""

    def __init__(self, port: int, browser: Browser | None = None) -> None:
        self._address = f"127.0.0.1:{port}"
        # After an error the backend closes the connection, and the next request needs a new one.
        limits = httpx.Limits(max_keepalive_connections=0)
        address = f"http://{self._address}"
        self.http = httpx.Client(base_url=address, timeout=40, limits=limits, trust_env=False)
        self._browser = browser

    def row(self, state: str) -> str:
        """Return a line of the table."""
        cells = (state, self.shown(), self.health(), self.live(), self.page(), self.login())
        return f"| {' | '.join(cells)} |"

    def shown(self) -> str:
        """Return what the page that is open says of its data, of power and of money."""
        if self._browser is None:
            return "no browser"
        text = self._browser.text()
        words = (
            r"Live Data Connected|No data since|No data yet|Failed to connect[^\n]*|Disconnected"
        )
        header = re.search(words, text)
        figures = [
            re.search(rf"{name}\n+([^\n]+)", text) for name in ("Total Power", "Session Cost")
        ]
        silent = text.count("no data since")
        parts = [header[0] if header else "nothing", *(each[1] for each in figures if each)]
        return "; ".join([*parts, *([f"{silent} marked"] if silent else [])])

    def health(self) -> str:
        try:
            answer = self.http.get("/health", timeout=5)
        except httpx.HTTPError:
            return "no answer"
        told = answer.json()
        mqtt = "true" if told["mqtt_connected"] else "false"
        return f"{answer.status_code}, mqtt {mqtt}, database {told['database']}"

    def live(self) -> str:
        return asyncio.run(self._live())

    async def _live(self) -> str:
        heard: list[str] = []
        try:
            async with connect(f"ws://{self._address}/ws/live") as socket:
                async with asyncio.timeout(LISTEN_SECONDS):
                    while True:
                        heard.append(str(await socket.recv()))
        except TimeoutError:
            chargers = {name for name in NAMES for frame in heard if name in frame}
            return f"{len(heard)} frames of {len(chargers)} in {LISTEN_SECONDS:.0f} s"
        except (OSError, WebSocketException):
            return "refused"

    def page(self) -> str:
        try:
            told = self.http.get("/api/v1/site", timeout=5).json()
        except httpx.HTTPError:
            return "no answer"
        totals = told["totals"]
        silent = [each["unit_id"] for each in told["chargers"] if each["silent"]]
        since = f"; no data since: {', '.join(silent)}" if silent else ""
        live = totals["chargers"] - totals["silent"]
        return f"{totals['power_w']:,.0f} W of {live} chargers{since}"

    def login(self, email: str = ADMINISTRATOR, password: str = PASSWORD) -> str:
        begun = time.monotonic()
        form = {"username": email, "password": password}
        try:
            status = str(self.http.post("/api/auth/jwt/login", data=form).status_code)
        except httpx.HTTPError as error:
            status = type(error).__name__
        return f"{status} in {time.monotonic() - begun:.1f} s"

    def bearer(self) -> dict[str, str]:
        form = {"username": ADMINISTRATOR, "password": PASSWORD}
        token = self.http.post("/api/auth/jwt/login", data=form).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}


def states(
    task: Task, iot: Iot, chargers: Chargers, database: Server, open_page: Browser | None
) -> Iterator[str]:
    """Yield the table, one line for each state, and leave everything well."""
    reader = Reader(task.port, open_page)
    if open_page:
        open_page.open(f"http://127.0.0.1:{task.port}/")
    yield "| state | the open page | /health | /ws/live | /api/v1/site | login |"
    yield "|---|---|---|---|---|---|"
    time.sleep(2 * LISTEN_SECONDS)
    yield reader.row("all well")
    chargers.silent.add(NAMES[0])
    time.sleep(AGED)
    yield reader.row("one charger silent")
    chargers.silent.clear()
    chargers.invalid = True
    time.sleep(AGED)
    yield reader.row("all telemetry invalid")
    chargers.invalid = False
    iot.stop()
    time.sleep(AGED)
    yield reader.row("link to AWS IoT closed")
    iot.start()
    back = until(lambda: "of 3" in reader.live(), 120)
    yield reader.row(f"link back (after {back:.0f} s)")
    iot.freeze(True)
    time.sleep(AGED)
    yield reader.row("link to AWS IoT silent")
    iot.stop()
    task.stop()
    healthy, serving = task.start()
    time.sleep(LISTEN_SECONDS)  # the open page tries again every three seconds
    if open_page:
        until(lambda: "Connecting" not in open_page.text())
    yield reader.row(
        f"task started without AWS IoT (healthy {healthy:.0f} s, serves {serving:.0f} s)"
    )
    iot.start()
    until(lambda: "of 3" in reader.live(), 120)
    database.stop()
    yield reader.row("database stopped")
    database.start()
    yield reader.row("database back, first login")
    with frozen(database):
        yield reader.row("database silent")
    yield reader.row("database answers again")
    task.kill_backend()
    yield reader.row("backend killed")
    task.stop()
    task.start()
    until(lambda: "of 3" in reader.live(), 120)
    yield reader.row("task started again")


def facts(task: Task, database: Server) -> Iterator[str]:
    """Yield what the fixes promise about prices, users and the log, as it is."""
    reader = Reader(task.port)
    told = reader.http.get("/api/v1/site").json()
    prices = (told["solar_price_per_kwh"], told["grid_price_per_kwh"])
    yield f"prices: {prices} {told['currency']}"
    yield f"tariff: {reader.http.get('/api/v1/tariff').json()}"
    refused = reader.http.put("/api/v1/tariff", json={"grid_rate_per_kwh": 1})
    yield f"PUT tariff: {refused.status_code} {refused.json()['detail'][:60]}..."
    for email in (ANNE, BEN):
        task.users(action="add", email=email, role="user", password=PASSWORD)
    yield f"users: {[(each['email'], each['role']) for each in task.users(action='list')['users']]}"
    yield f"login of a new user: {reader.login(ANNE)}"
    bearer = reader.bearer()
    listed = {
        u["email"]: u["id"] for u in reader.http.get("/api/auth/users", headers=bearer).json()
    }
    path = f"/api/auth/users/{listed[ANNE]}"
    changed = reader.http.put(path, headers=bearer, json={"password": "another-Passw0rd"})
    yield f"password changed by the API: {changed.status_code}, old {reader.login(ANNE)}, new " + (
        reader.login(ANNE, "another-Passw0rd")
    )
    task.users(action="reset-password", email=ANNE, password=PASSWORD)
    yield f"password reset by solarrally users: {reader.login(ANNE)}"
    taken = reader.http.put(path, headers=bearer, json={"email": BEN})
    yield f"an e-mail address that is taken: {taken.status_code}"
    for number, email in enumerate((ANNE, BEN)):
        database.sql(
            f"\\c {OWNER}\nINSERT INTO charging_sessions (id, user_id, evse_unit_id) "
            f"SELECT 's{number}', id, 'charger-1' FROM users WHERE email = '{email}';"
        )
    gone = reader.http.delete(path, headers=bearer)
    yield f"a user with sessions deleted by the API: {gone.status_code}"
    yield f"removed by solarrally users: {task.users(action='remove', email=BEN)}"
    log = task.log.read_text(errors="replace")
    found = sorted(set(re.findall(r"[\w.]+@[\w.]+\.\w+", log)))
    yield f"e-mail addresses in {len(log.splitlines())} lines of the log: {found or 'none'}"
    yield f"passwords in the log: {'some' if PASSWORD in log else 'none'}"


def main(arguments: list[str]) -> int:
    """Build, run, print; return 0 where everything could be asked."""
    if len(arguments) != 1:
        print("usage: make app CHECKOUT=/path/to/a/git/clone", file=sys.stderr)
        return 2
    built = build(Path(arguments[0]).resolve(), ROOT / ".build/application")
    print(f"commit {built.commit}, page in {built.page}", flush=True)
    with tempfile.TemporaryDirectory(prefix="solarrally-app-") as name, server() as database:
        folder = Path(name)
        folder.chmod(0o755)
        database.sql(f"ALTER ROLE {OWNER} PASSWORD '{DATABASE_PASSWORD}';")
        iot = Iot(folder / "iot")
        iot.start()
        task = Task(built, iot, database, folder / "task")
        chargers = Chargers(iot)
        try:
            healthy, serving = task.start()
            print(f"broker healthy after {healthy:.1f} s, serving after {serving:.1f} s")
            print(task.first_administrator(), flush=True)
            with browser() as page:
                table = []
                for line in states(task, iot, chargers, database, page):
                    table.append(line)
                    print(line, flush=True)
                record(built.commit, table)
                if page:
                    page.picture(ROOT / ".build/application/page.png")
            for line in facts(task, database):
                print(line, flush=True)
        finally:
            task.stop(signal.SIGTERM)
            iot.stop()
            log = ROOT / ".build/application/task.log"
            log.write_bytes(task.log.read_bytes())
            print(f"log of the task: {log}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
