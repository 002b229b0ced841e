"""What is in an image of a function, and what stands in for the rest of it.

The manifest of a simulated image has, as annotations, its architecture and a zip of the programs
that its build put in (`builds.artifacts`). These run as they are. Around them are the modules of
the application that they import, which stand-ins replace (`application`).
"""

import base64
import functools
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ministack.services import ecr

from solarrally_tui.simulator.pins import private

_find_image = private(ecr, "_find_image")

PROGRAMS: Final = "solarrally.programs"
"""The annotation with a zip of programs, in base64."""
CONTENT: Final = "solarrally.simulated"
"""The annotation that names the content of an image and ends with its architecture."""

_STANDINS: Final[Mapping[str, str]] = {
    "main.py": "main",
    "api/site.py": "site",
    "utils/mqtt_client.py": "mqtt_client",
    "utils/websocket_manager.py": "websocket_manager",
}
"""Modules of the application, by their files, and the stand-in of each in `application`."""
_ALIAS: Final = """import sys
from {package} import {name}
sys.modules[__name__] = {name}
"""
_PACKAGE: Final = "solarrally_tui.simulator.functions.application"
_ARCHITECTURES: Final = ("arm64", "x86_64")


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the account's registry."""

    digest: str
    architecture: str
    """`arm64` or `x86_64`; empty where the manifest does not say."""
    programs: bytes
    """A zip; empty for an image of somebody else."""

    @property
    def code(self) -> bytes:
        """The folder in which a function of this image works, as a zip."""
        return _code(self.programs)


def image(uri: str) -> Image | None:
    """Return an image of the registry in the present account and Region; None where there is none.

    An image of any other registry is not there either: Lambda takes images of ECR only.
    """
    host, _, name = uri.partition("/")
    if ".dkr.ecr." not in host:
        return None
    repository, _, digest = name.partition("@")
    repository, _, tag = repository.partition(":")
    wanted = {"imageDigest": digest} if digest else {"imageTag": tag or "latest"}
    found = _find_image(repository, wanted)
    return None if found is None else _read(found)


def zipped(files: Mapping[str, bytes]) -> str:
    """Return files as the annotation of a manifest has them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content)
    return base64.b64encode(packed.getvalue()).decode()


def _read(record: Mapping[str, Any]) -> Image:
    manifest = json.loads(record.get("imageManifest") or "{}")
    notes = manifest.get("annotations") or {}
    architecture = str(notes.get(CONTENT, "")).rpartition(" ")[2]
    return Image(
        str(record["imageDigest"]),
        architecture if architecture in _ARCHITECTURES else "",
        base64.b64decode(notes.get(PROGRAMS, "")),
    )


@functools.lru_cache(maxsize=16)
def _code(programs: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file, name in _STANDINS.items():
            archive.writestr(file, _ALIAS.format(package=_PACKAGE, name=name))
        for file, content in _files(programs):
            archive.writestr(file, content)
    return packed.getvalue()


def _files(packed: bytes) -> Iterator[tuple[str, bytes]]:
    if not packed:
        return
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)
