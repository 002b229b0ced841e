"""The environment file of an old installation: which answers it gives, which secrets it names.

The variables are those that the application and its mock publishers read. No value of a secret is
returned, kept or printed: only its name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from solarrally_tui.text.encoding import encoding_of

_MOST_BYTES: Final = 1_000_000
_ENTRY: Final = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*
    (?:'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<plain>[^\n]*?))
    [ \t]*(?:(?<=[\s'"=])\#[^\n]*)?$""",
    re.MULTILINE | re.VERBOSE,
)
_SECRET: Final = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN(?!_EXPIRE)|CREDENTIAL|PRIVATE|APIKEY|(?:^|_)KEY(?:_|$)"
    r"|(?:^|_)(?:PASS|PWD|DSN|KEYS)$|DATABASE_URL|CONNECTION_STRING",
    re.IGNORECASE,
)
_WITH_PASSWORD: Final = re.compile(r"\w+://[^/\s]*:[^/\s]*@|-----BEGIN ", re.ASCII)

_ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "size.interval_seconds": ("MOCK_PUBLISH_INTERVAL",),
}
"""Variables by the answer that they give. The first that the file has counts."""
_DATABASE: Final = ("DATABASE_URL", "PGHOST", "PGDATABASE")
_NOT_NEEDED: Final[Mapping[str, str]] = {
    "MQTT_BROKER_HOST": "AWS IoT replaces the broker. To move its chargers: solarrally chargers "
    "migrate begin.",
    "MQTT_BROKER_PORT": "AWS IoT replaces the broker.",
    "MQTT_USERNAME": "each charger gets a certificate.",
    "JWT_ACCESS_TOKEN_EXPIRE_MINUTES": "the site uses the application's default, 60 minutes.",
    "MOCK_DEVICE_ID": "chargers are registered: solarrally chargers add.",
    "PORT": "the load balancer knows the port.",
} | dict.fromkeys(
    (
        "PGHOST",
        "PGPORT",
        "PGUSER",
        "PGDATABASE",
        "PGSSLMODE",
        "PGSSLROOTCERT",
    ),
    "the site creates its database.",
)
_REPLACED: Final[Mapping[str, str]] = {
    "DATABASE_URL": "the site creates a database, with a new password.",
    "PGPASSWORD": "the site creates a database, with a new password.",
    "JWT_SECRET_KEY": "the site gets a new one, so users sign in once more.",
    "MQTT_PASSWORD": "each charger gets a certificate.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that the file gives."""

    variable: str
    path: str
    value: object


@dataclass(frozen=True, slots=True)
class OldSettings:
    """What an old environment file means for a site."""

    answers: tuple[Answer, ...]
    secrets: tuple[tuple[str, str], ...]
    """Names of secrets, each with what the site has instead."""
    not_needed: tuple[tuple[str, str], ...]
    """Names of settings that a site does not take, each with the reason."""
    unknown: tuple[str, ...]
    """Names that the application does not read."""


def read(path: Path) -> OldSettings:
    """Read an environment file. Raises OSError, and ValueError for a file that is none."""
    with path.open("rb") as stream:
        body = stream.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES or b"\0\0\0\0" in body:
        raise ValueError("it is no environment file")
    try:
        text = body.decode(encoding_of(body))
    except UnicodeDecodeError:
        # A secret may be in the bytes that the decoder would quote.
        raise ValueError("it is not in UTF-8") from None
    return settings_of(entries(text))


def entries(text: str) -> dict[str, str]:
    """Return the variables of an environment file; the last one of a name counts."""
    found: dict[str, str] = {}
    for entry in _ENTRY.finditer(text.replace("\r\n", "\n")):
        value = entry["single"] if entry["single"] is not None else entry["double"]
        found[entry["name"]] = (entry["plain"] or "").strip() if value is None else value
    return found


def settings_of(variables: Mapping[str, str]) -> OldSettings:
    """Return what variables mean for a site."""
    given = {name: value for name, value in variables.items() if value}
    answers = [
        Answer(name, path, int(given[name]) if given[name].isdecimal() else given[name])
        for path, names in _ANSWERS.items()
        for name in (next((each for each in names if each in given), ""),)
        if name
    ]
    if database := next((name for name in _DATABASE if name in given), ""):
        answers.append(Answer(database, "application.database_dump", True))
    taken = {name for names in _ANSWERS.values() for name in names}
    secrets = [
        (name, _REPLACED.get(name, "a site takes no such value from here."))
        for name in variables
        if name not in taken and is_secret(name, variables[name])
    ]
    others = [n for n in variables if n not in taken and n not in dict(secrets)]
    return OldSettings(
        tuple(answers),
        tuple(secrets),
        tuple((name, _NOT_NEEDED[name]) for name in others if name in _NOT_NEEDED),
        tuple(name for name in others if name not in _NOT_NEEDED),
    )


def is_secret(name: str, value: str) -> bool:
    """Whether a variable is a secret, by its name, or by a password within its value."""
    return bool(_SECRET.search(name) or _WITH_PASSWORD.search(value))
