"""Chargers for a gateway: what it connects with for each of them, in a folder or an archive.

A gateway is a computer beside the chargers that connects to AWS IoT for them: one connection for
each, under the charger's own name and with its own certificate.
"""

import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from solarrally_tui.chargers.files import ChargerFiles, write_together
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.computer.folders import why_not

SCHEMA: Final = 1
_ARCHIVES: Final = {".tar": "w", ".tgz": "w:gz", ".gz": "w:gz"}
_ROOT_CA: Final = "root-ca.pem"
_README: Final = """\
Chargers of the SolarRally site {site} for a gateway

gateway.json says where to connect and, for each charger, the client id, the topic and the
files of its certificate and private key, beside gateway.json. Open one connection for each
charger, with MQTT 3.1.1 over TLS 1.2 or newer: AWS IoT accepts no other client id with its
certificate.

Who has a private key can publish as its charger.
"""


@dataclass(frozen=True, slots=True)
class Export:
    """What was written for a gateway."""

    place: Path
    chargers: tuple[ChargerFiles, ...]
    """Where the keys came from; they are there, too."""


def find(folders: Iterable[Path]) -> tuple[ChargerFiles, ...]:
    """Return the chargers whose files are in folders, or in folders inside them.

    Raises ChargerError where there are none, where a key is missing, or where two have one name.
    """
    found: dict[str, ChargerFiles] = {}
    for folder in folders:
        inside = [folder, *sorted(path for path in folder.glob("*") if path.is_dir())]
        holding = [place for place in inside if any(place.glob("*.key.pem"))]
        for charger in (
            one for place in holding or [folder] for one in ChargerFiles.in_folder(place)
        ):
            if (other := found.get(charger.name)) and other.folder != charger.folder:
                raise ChargerError(
                    what=f"{charger.name} has files in {other.folder} and in {charger.folder}.",
                    why="Only one of the two keys can be the one that AWS IoT accepts.",
                    next="Name only the newer folder.",
                )
            if not (charger.key.exists() and charger.certificate.exists()):
                raise ChargerError(
                    what=f"The files of {charger.name} in {charger.folder} are not complete.",
                    why="The key or the certificate is missing.",
                    next="Run the command that added it again, or issue new files with "
                    f"solarrally chargers replace {charger.name} --to ANOTHER_FOLDER.",
                )
            found[charger.name] = charger
    chargers = tuple(found.values())
    if len({(one.site, one.endpoint, one.port) for one in chargers}) > 1:
        raise ChargerError(
            what="These chargers belong to different sites.",
            why="A gateway connects to the endpoint of one site.",
            next="Export the chargers of each site on their own.",
        )
    return chargers


def export(chargers: tuple[ChargerFiles, ...], to: Path) -> Export:
    """Write what a gateway needs into a new folder (0700), or an archive (.tar, .tgz, .tar.gz).

    All files are readable for the owner only. Raises ChargerError where something is there already
    or the place cannot be written to.
    """
    if to.exists() and (to.is_file() or any(to.iterdir())):
        raise ChargerError(
            what=f"{to} exists already.",
            why="Overwriting it could lose a private key.",
            next="Choose another folder or archive with --to.",
        )
    try:
        contents = _contents(chargers)
        if to.suffix in _ARCHIVES:
            _archive(contents, to)
        else:
            _fill(contents, to)
    except OSError as error:
        raise ChargerError(
            what=f"{to} cannot be written.",
            why=why_not(error),
            next="Then try again, or choose another folder or archive with --to.",
        ) from None
    return Export(to, chargers)


def _contents(chargers: tuple[ChargerFiles, ...]) -> dict[str, bytes]:
    """Return the files of a gateway by their paths in it."""
    first = chargers[0]
    described = {
        "schema": SCHEMA,
        "site": first.site,
        "region": first.region,
        "endpoint": first.endpoint,
        "port": first.port,
        "root_ca": _ROOT_CA,
        "chargers": [
            {
                "name": one.name,
                "client_id": one.client_id,
                "topic": one.topic,
                "certificate": f"{one.name}/{one.certificate.name}",
                "private_key": f"{one.name}/{one.key.name}",
            }
            for one in chargers
        ],
    }
    contents = {
        _ROOT_CA: first.root_ca.read_bytes(),
        "README.txt": _README.format(site=first.site).encode(),
    }
    for one in chargers:
        contents[f"{one.name}/{one.key.name}"] = one.key.read_bytes()
        contents[f"{one.name}/{one.certificate.name}"] = one.certificate.read_bytes()
    # Last, so that a gateway that finds it finds everything.
    return contents | {"gateway.json": json.dumps(described, indent=2).encode() + b"\n"}


def _fill(contents: Mapping[str, bytes], to: Path) -> None:
    by_folder: dict[Path, dict[Path, bytes]] = {}
    for path, content in contents.items():
        by_folder.setdefault((to / path).parent, {})[to / path] = content
    for folder in sorted(by_folder, reverse=True):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    to.chmod(0o700)
    for folder in sorted(by_folder, reverse=True):
        write_together(by_folder[folder])


def _archive(contents: Mapping[str, bytes], to: Path) -> None:
    """Write an archive; only a whole one gets its name."""
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=_ARCHIVES[to.suffix]) as archive:  # type: ignore[call-overload]
        for path, content in contents.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
    write_together({to: data.getvalue()})
