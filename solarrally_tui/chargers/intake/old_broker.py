"""What an old broker forwards while its chargers move in: topics, connections, configuration.

The old broker is a mosquitto to which chargers publish plain MQTT. As a bridge it publishes their
messages to AWS IoT under the site's topics, until each charger does that itself.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from solarrally_tui.chargers.intake.roster import Entry
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.site import names

PLACEHOLDER: Final = "{name}"
PLAN: Final = "plan.csv"
_COLUMNS: Final = ("name", "old_topic", "topic", "connection")

_MESSAGES_A_SECOND: Final = 80.0
"""On one connection; AWS IoT discards what exceeds 100 (AWS IoT Core endpoints and quotas)."""

_POLICIES: Final = 10
_POLICY_SIZE: Final = 2048
"""Policies of one certificate, and characters of each without blanks (AWS IoT Core endpoints and
quotas, security and identity)."""

_TOPIC: Final = re.compile(r"[^\s+#\x00-\x1f\x7f\"]{1,256}")
"""Without blanks, at which mosquitto cuts a line of its configuration."""


@dataclass(frozen=True, slots=True)
class Move:
    """A charger that moves in."""

    name: str
    old_topic: str
    topic: str


@dataclass(frozen=True, slots=True)
class Link:
    """One connection of the old broker to AWS IoT, with a certificate of its own."""

    number: int
    client_id: str
    parts: tuple[tuple[Move, ...], ...]
    """The chargers that it forwards, by the policy that allows it."""

    @property
    def moves(self) -> tuple[Move, ...]:
        """All chargers that it forwards."""
        return tuple(move for part in self.parts for move in part)

    @property
    def folder(self) -> str:
        """Name of the folder of its key and certificate."""
        return f"connection-{self.number}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in AWS the site is."""

    site: str
    partition: str
    region: str
    account: str

    def arn(self, resource: str) -> str:
        """Return the ARN of something in AWS IoT."""
        return f"arn:{self.partition}:iot:{self.region}:{self.account}:{resource}"


def moves(entries: Iterable[Entry], pattern: str, site: str) -> tuple[Move, ...]:
    """Return where the messages of each charger come from, and where they go.

    pattern: the old topic with {name}, for all that the list names no other for.
    Raises ChargerError for a topic that cannot be one.
    """
    found: list[Move] = []
    taken: dict[str, str] = {}
    for entry in entries:
        topic = entry.old_topic or pattern.replace(PLACEHOLDER, entry.name)
        if not entry.old_topic and PLACEHOLDER not in pattern:
            raise _wrong(entry.name, topic, f"The pattern needs {PLACEHOLDER} for the charger.")
        if not _TOPIC.fullmatch(topic):
            raise _wrong(entry.name, topic, "A topic has no wildcard, blank or quotation mark.")
        if other := taken.get(topic):
            raise _wrong(entry.name, topic, f"It is the old topic of {other}, too.")
        taken[topic] = entry.name
        found.append(Move(entry.name, topic, names.telemetry_topic(site, entry.name)))
    return tuple(found)


def _wrong(name: str, topic: str, why: str) -> ChargerError:
    return ChargerError(
        what=f"{topic!r} cannot be the old topic of {name}.",
        why=why,
        next="Give --pattern such as chargers/{name}/telemetry, or a column old_topic in the list.",
    )


def links(all_moves: Sequence[Move], interval: float, place: Place) -> tuple[Link, ...]:
    """Spread chargers over as many connections as AWS's limits need.

    interval: seconds between two messages of a charger.
    """
    most = max(1, int(_MESSAGES_A_SECOND * interval))
    found: list[Link] = []
    left = list(all_moves)
    while left:
        number = len(found) + 1
        client = names.migration_client(place.site, number)
        parts: list[tuple[Move, ...]] = []
        room = min(most, len(left))
        while room and left and len(parts) < _POLICIES:
            part = _that_fit(left[:room], client if not parts else "", place)
            parts.append(part)
            del left[: len(part)]
            room -= len(part)
        found.append(Link(number, client, tuple(parts)))
    return tuple(found)


def _that_fit(candidates: Sequence[Move], client: str, place: Place) -> tuple[Move, ...]:
    """Return the first chargers that one policy has room for; at least one."""
    number = 1
    while number < len(candidates) and (
        len(policy(candidates[: number + 1], client, place)) <= _POLICY_SIZE
    ):
        number += 1
    return tuple(candidates[:number])


def policy(part: Iterable[Move], client: str, place: Place) -> str:
    """Return the policy that allows to forward for chargers, and nothing else.

    client: the client id that it allows to connect; empty where another policy does.
    """
    publish = {
        "Effect": "Allow",
        "Action": "iot:Publish",
        "Resource": [place.arn(f"topic/{move.topic}") for move in part],
    }
    connect = {
        "Effect": "Allow",
        "Action": "iot:Connect",
        "Resource": place.arn(f"client/{client}"),
    }
    statements = [connect, publish] if client else [publish]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


def configuration(all_links: Iterable[Link], host: str, port: str, on_broker: PurePosixPath) -> str:
    """Return the bridge of mosquitto.conf.

    on_broker: where the files are on the old broker's computer.
    """
    return "\n".join(
        _HEAD.splitlines() + [_section(link, host, port, on_broker) for link in all_links]
    )


_HEAD: Final = """\
# Written by solarrally chargers migrate. Forwards messages of chargers that have not moved yet.
# Delete this file when solarrally chargers migrate end has ended the move.
"""


def _section(link: Link, host: str, port: str, on_broker: PurePosixPath) -> str:
    place = on_broker / link.folder
    lines = [
        "",
        f"connection {link.client_id}",
        f"address {host}:{port}",
        f"remote_clientid {link.client_id}",
        "bridge_protocol_version mqttv311",
        f"bridge_cafile {place / 'root-ca.pem'}",
        f"bridge_certfile {place / f'{link.client_id}.cert.pem'}",
        f"bridge_keyfile {place / f'{link.client_id}.key.pem'}",
        # AWS IoT refuses the mark of a bridge, and its policy the topic of its state.
        "try_private false",
        "notifications false",
        "bridge_attempt_unsubscribe false",
        # What comes while AWS IoT is out of reach waits, as far as max_queued_messages goes.
        "cleansession false",
        "start_type automatic",
        "restart_timeout 5 60",
        "keepalive_interval 60",
    ]
    # Without a pattern, the two prefixes are the whole topics.
    lines += [f'topic "" out 1 {move.old_topic} {move.topic}' for move in link.moves]
    return "\n".join(lines) + "\n"


def plan(all_links: Iterable[Link]) -> str:
    """Return the plan: a row for each charger."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for link in all_links:
        rows.writerows((m.name, m.old_topic, m.topic, link.client_id) for m in link.moves)
    return text.getvalue()


def read_plan(folder: Path) -> tuple[Move, ...]:
    """Read the plan of a folder. Raises ChargerError."""
    try:
        rows = list(csv.DictReader((folder / PLAN).read_text(encoding="utf-8").splitlines()))
        return tuple(Move(row["name"], row["old_topic"], row["topic"]) for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise ChargerError(
            what=f"{folder} has no plan of a move.",
            why=f"{PLAN} is missing or damaged.",
            next="Name the folder that solarrally chargers migrate begin wrote.",
            detail=repr(error),
        ) from None
