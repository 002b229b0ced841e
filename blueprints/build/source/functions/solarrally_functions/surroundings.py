"""What the application needs before it starts, and what ECS would have put into its variables."""

from __future__ import annotations

import json
import os
import time
from functools import lru_cache

import boto3
from botocore.config import Config

KEEP_SECONDS = 60.0
"""How long a password of the database counts as current: `solarrally rotate` changes it."""

# Shorter than a request may take, so that a function without a way to AWS says so in its log.
CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"max_attempts": 2})

_secrets = boto3.client("secretsmanager", config=CONFIG)


def secret(variable: str) -> str:
    """Return the secret whose ARN a variable has."""
    return str(_secrets.get_secret_value(SecretId=os.environ[variable])["SecretString"])


def take_database_password() -> None:
    """Put the database's user name and password where asyncpg looks for them when it connects."""
    told = json.loads(_database_secret(int(time.monotonic() // KEEP_SECONDS)))
    os.environ["PGUSER"], os.environ["PGPASSWORD"] = told["username"], told["password"]


@lru_cache(maxsize=1)
def _database_secret(_period: int) -> str:
    """Return the secret of the database, read once in each period."""
    return secret("DB_SECRET")


def take_signing_key() -> None:
    """Put the key that signs logins where the application looks for it when it is imported."""
    os.environ["JWT_SECRET_KEY"] = secret("JWT_SECRET")
