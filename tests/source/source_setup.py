"""A miniature with the defects of the real application: the build's fixture, and ours around it."""

import shutil
import subprocess
from pathlib import Path

from solarrally_tui.source.check import check
from solarrally_tui.source.finding import Level, SourceReport

FIXTURE = Path(__file__).parents[1] / "build" / "fixture"

MAIN = """\
from api.account import accounts
from api.prices import prices
from fastapi import FastAPI, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from utils.broker import Broker
from utils.auth import backends

app = FastAPI(title="miniature")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
app.include_router(accounts)
app.include_router(prices, prefix="/api/v1")
broker = Broker()


@app.get("/health")
async def health():
    return {"mqtt_connected": broker.up, "database": "connected"}


@app.websocket("/ws/live")
async def live(socket: WebSocket):
    await socket.accept()
"""

BROKER = """\
import os

import paho.mqtt.client as mqtt


class Broker:
    up = False

    def start(self):
        self.client = mqtt.Client(client_id="miniature")
        self.client.connect(os.getenv("MQTT_BROKER_HOST", "localhost"), 1883)
        if not self.up:
            raise ConnectionError("no broker")
"""

ACCOUNT = """\
from fastapi import APIRouter, Depends
from fastapi_users import schemas
from utils.auth import current_driver, fastapi_users


class DriverCreate(schemas.BaseUserCreate):
    role_id: int = 3


class DriverUpdate(schemas.BaseUserUpdate):
    nickname: str = ""


accounts = APIRouter()
accounts.include_router(fastapi_users.get_register_router(DriverCreate, DriverCreate))


@accounts.put("/me")
async def change(update: DriverUpdate, driver=Depends(current_driver)):
    for field, value in update.dict().items():
        setattr(driver, field, value)


class Manager:
    async def on_after_forgot_password(self, driver, token):
        print(f"reset with {token}")


class DriverStats:
    total_cost_jmd: float = 0.0
"""

PRICES = """\
from fastapi import APIRouter

prices = APIRouter()


@prices.put("/price")
async def change_price(wanted: float):
    print(f"from now on {wanted}")


@prices.post("/ride")
async def ride():
    raise NotImplementedError
"""

DATABASE = """\
from os import getenv

from sqlalchemy.ext.asyncio import create_async_engine

DATABASE_URL = getenv("DATABASE_URL", "postgresql+asyncpg://mini:ature@localhost:5432/mini")
engine = create_async_engine(
    DATABASE_URL,
    echo=True,
)


class Ride:
    __tablename__ = "rides"


async def make_tables():
    async with engine.begin() as connection:
        await connection.run_sync(Ride.metadata.create_all)
"""

SECRET = '\nimport os\nSECRET = os.getenv("JWT_SECRET_KEY", "written-in-the-code")\n'
PUBLISHER = 'import paho.mqtt.client as mqtt\n\nclient = mqtt.Client(client_id="publisher")\n'
COMMAND = 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--workers", "2"]\n'

DEFECTS = {
    "user-model-uuid": Level.FIXED,
    "jwt-strategy": Level.FIXED,
    "bcrypt-pin": Level.FIXED,
    "sql-echo-off": Level.FIXED,
    "dockerfile-base-images": Level.FIXED,
    "rds-ca-bundle": Level.FIXED,
    "dockerignore": Level.FIXED,
    "firebase-mock-replaced": Level.FIXED,
    "websocket-address": Level.FIXED,
    "websocket-reconnect": Level.FIXED,
    "stale-connections": Level.FIXED,
    "emails-in-log": Level.FIXED,
    "conflicts-in-log": Level.FIXED,
    "user-with-sessions": Level.FIXED,
    "password-change": Level.FIXED,
    "site-facts": Level.FIXED,
    "prices-from-answers": Level.FIXED,
    "silent-chargers": Level.FIXED,
    "prices-of-page": Level.FIXED,
    "charger-names": Level.FIXED,
    "sign-in-renewed": Level.FIXED,
    "two-workers": Level.ARRANGED,
    "constant-client-id": Level.ARRANGED,
    "mqtt-without-tls": Level.ARRANGED,
    "broker-needed-at-start": Level.ARRANGED,
    "database-default": Level.ARRANGED,
    "secret-default": Level.ARRANGED,
    "tables-at-start": Level.ARRANGED,
    "redirects-to-http": Level.ARRANGED,
    "publishers-without-tls": Level.ARRANGED,
    "local-page-beside": Level.ARRANGED,
    "open-registration": Level.WARNING,
    "self-made-superuser": Level.WARNING,
    "writing-without-login": Level.WARNING,
    "live-without-login": Level.WARNING,
    "any-origin": Level.WARNING,
    "health-blind": Level.WARNING,
    "never-stored": Level.WARNING,
    "currency-in-names": Level.WARNING,
}
"""What is known to be wrong with the application, and with its miniature."""


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=Mini", "-c", "user.email=mini@example.com")
    told = subprocess.run(
        ["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return told.stdout.strip()


class Miniature:
    """The miniature in a folder of its own, to be changed at will."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(FIXTURE, root)
        for name, text in {
            "backend/main.py": MAIN,
            "backend/utils/broker.py": BROKER,
            "backend/api/account.py": ACCOUNT,
            "backend/api/prices.py": PRICES,
            "backend/db/database.py": DATABASE,
            "scripts/publish.py": PUBLISHER,
            "frontend/package-lock.json": "{}",
            "look.html": "<script>new WebSocket('ws://localhost:8000/ws/live')</script>",
        }.items():
            self.write(name, text)
        self.append("backend/utils/auth.py", SECRET)
        self.append("backend/requirements.txt", "\nuvicorn[standard]==0.24.0\nasyncpg==0.29.0\n")
        self.append("backend/Dockerfile.production", COMMAND)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def append(self, name: str, text: str) -> None:
        path = self.root / name
        path.write_text(path.read_text() + text)

    def alter(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text()
        assert old in text
        self.write(name, text.replace(old, new))

    def remove(self, name: str) -> None:
        (self.root / name).unlink()

    def report(self) -> SourceReport:
        return check(self.root)

    def levels(self) -> dict[str, Level]:
        return {each.id: each.level for each in self.report().findings}

    def places(self, id_: str) -> list[str]:
        (found,) = [each for each in self.report().findings if each.id == id_]
        return [str(place) for place in found.places]

    def texts(self) -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in self.root.rglob("*") if p.is_file()}
