"""Fixes of the backend: without the first three it does not start or nobody can register."""

from __future__ import annotations

import re
from pathlib import Path

from .source import ALREADY, NOT_NEEDED, Fix, Mismatch, read, replace_one, write

USER_MODEL = "backend/models/user.py"
AUTH = "backend/utils/auth.py"
REQUIREMENTS = "backend/requirements.txt"
DATABASE = "backend/db/database.py"
DOCKERFILE = "backend/Dockerfile.production"
DOCKERIGNORE = "backend/.dockerignore"

PUBLIC_LIBRARY = "public.ecr.aws/docker/library/"
RDS_CA = "COPY rds-ca.pem /app/rds-ca.pem"
# passlib 1.7.4 hashes with bcrypt up to 4; bcrypt 5 refuses what passlib asks of it.
BCRYPT = "bcrypt==4.0.1"
IGNORED = ("**/.env", "**/.env.*", "**/__pycache__", ".git", "**/*.pyc")


def user_model_uuid(root: Path) -> str:
    """Give the user table its id column: the generic base class of the library has none."""
    text = read(root, USER_MODEL)
    if re.search(r"class \w+\(\s*SQLAlchemyBaseUserTableUUID\b", text):
        return ALREADY
    text = replace_one(
        text,
        r"(import [^\n]*)\bSQLAlchemyBaseUserTable\b",
        r"\1SQLAlchemyBaseUserTableUUID",
        USER_MODEL,
        "an import of the base user table",
    )
    text = replace_one(
        text,
        r"(class \w+\(\s*)SQLAlchemyBaseUserTable\[[\w.]+\]",
        r"\1SQLAlchemyBaseUserTableUUID",
        USER_MODEL,
        "a class on the base user table",
    )
    return write(root, USER_MODEL, text)


def jwt_strategy(root: Path) -> str:
    """Use the token class that the pinned fastapi-users really has."""
    text = read(root, AUTH)
    if "JWTStrategy" in text and "JWTAuthentication" not in text:
        return ALREADY
    text = replace_one(
        text,
        r"(fastapi_users\.authentication import [^=]*?)\bJWTAuthentication\b",
        r"\1JWTStrategy",
        AUTH,
        "an import of JWTAuthentication",
    )
    text = replace_one(
        text,
        r"= JWTAuthentication\(([^()]*?)\s*\btokenUrl=[^,()]*,?([^()]*)\)",
        r"= JWTStrategy(\1\2)",
        AUTH,
        "a call of JWTAuthentication with tokenUrl",
    )
    if "JWTAuthentication" in text:
        raise Mismatch(f"{AUTH} uses JWTAuthentication in another place too")
    return write(root, AUTH, text)


def bcrypt_pin(root: Path) -> str:
    """Pin bcrypt to a release that passlib can use; otherwise registering answers 500."""
    text = read(root, REQUIREMENTS)
    if re.search(r"^passlib\b", text, re.MULTILINE) is None:
        raise Mismatch(f"{REQUIREMENTS} has no passlib, so passwords are hashed in a new way")
    if re.search(r"^bcrypt\s*(?:==|~=|<=?)\s*[1-4]\b", text, re.MULTILINE):
        return ALREADY
    if re.search(r"^bcrypt\b", text, re.MULTILINE):
        raise Mismatch(f"{REQUIREMENTS} asks for a bcrypt that passlib may not be able to use")
    return write(root, REQUIREMENTS, f"{text.rstrip()}\n{BCRYPT}\n")


def sql_echo_off(root: Path) -> str:
    """Keep SQL with e-mail addresses and password hashes out of the log."""
    text = read(root, DATABASE)
    call = re.search(r"create_async_engine\((?:[^()]|\([^()]*\))*\)", text)
    if call is None:
        raise Mismatch(f"{DATABASE} has no create_async_engine call")
    if "echo" not in call[0]:
        return NOT_NEEDED
    if re.search(r"\becho\s*=\s*False\b", call[0]):
        return ALREADY
    quiet = replace_one(call[0], r"\becho\s*=\s*True\b", "echo=False", DATABASE, "echo=True")
    return write(root, DATABASE, text.replace(call[0], quiet))


def dockerfile_base_images(root: Path) -> str:
    """Take base images from Amazon's mirror; Docker Hub refuses shared build addresses."""
    text = read(root, DOCKERFILE)
    bases = re.findall(r"^FROM\s+(?:--\S+\s+)*(\S+)", text, re.MULTILINE)
    if not bases:
        raise Mismatch(f"{DOCKERFILE} has no FROM line")
    stages = set(re.findall(r"^FROM\s.*\sas\s+(\S+)", text, re.MULTILINE | re.IGNORECASE))
    foreign = [b for b in bases if b not in stages and not b.startswith(PUBLIC_LIBRARY)]
    if not foreign:
        return ALREADY
    if odd := [b for b in foreign if not re.fullmatch(r"[a-z0-9-]+:[\w.-]+", b)]:
        raise Mismatch(f"{DOCKERFILE} starts from {odd[0]}, which is not an official image")
    names = "|".join(map(re.escape, set(foreign)))
    pattern = rf"^(FROM\s+(?:--\S+\s+)*)({names})(?=\s|$)"
    text = re.sub(pattern, rf"\g<1>{PUBLIC_LIBRARY}\2", text, flags=re.MULTILINE)
    return write(root, DOCKERFILE, text)


def rds_ca_bundle(root: Path) -> str:
    """Bake in the authorities of Amazon RDS, so that the task can verify its database."""
    text = read(root, DOCKERFILE)
    if RDS_CA in text:
        return ALREADY
    text = replace_one(
        text,
        r"^(COPY (?:--chown=\S+ )?\. \.)[ \t]*$",
        rf"\1\n{RDS_CA}",
        DOCKERFILE,
        "a line COPY . .",
    )
    return write(root, DOCKERFILE, text)


def dockerignore(root: Path) -> str:
    """Keep .env files out of the image: they hold passwords and the backend would read them."""
    if not (root / DOCKERFILE).exists():
        raise Mismatch(f"{DOCKERFILE} does not exist")
    present = read(root, DOCKERIGNORE) if (root / DOCKERIGNORE).exists() else ""
    missing = [line for line in IGNORED if line not in present.splitlines()]
    if not missing:
        return ALREADY
    return write(root, DOCKERIGNORE, "\n".join([*present.splitlines(), *missing, ""]))


BACKEND = (
    Fix("user-model-uuid", "the user table has no primary key", user_model_uuid),
    Fix("jwt-strategy", "the pinned library has no JWTAuthentication", jwt_strategy),
    Fix("bcrypt-pin", "registering a user fails with bcrypt 5", bcrypt_pin),
    Fix("sql-echo-off", "SQL and password hashes reach the log", sql_echo_off),
    Fix("dockerfile-base-images", "Docker Hub limits shared addresses", dockerfile_base_images),
    Fix("rds-ca-bundle", "the database certificate cannot be verified", rds_ca_bundle),
    Fix("dockerignore", ".env files would be copied into the image", dockerignore),
)
