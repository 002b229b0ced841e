"""What the builds in the account need: one deterministic zip, and names that show its content."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

BROKER_SOURCE_IMAGE: Final = "public.ecr.aws/docker/library/eclipse-mosquitto:2.0.22"
"""The broker that the build mirrors. Pinned: other builds of mosquitto 2 send a will over the
bridge that AWS IoT refuses (mosquitto issues 677 and 1902)."""

BUILD_TAG_METADATA: Final = "build-tag"
"""S3 metadata key on index.html: the tag of the build that published it."""

FRONTEND_SHOWN: Final = "frontend/shown"
"""Key in the artefact bucket of an empty object: of which publication viewers see nothing older."""

SHOWN_METADATA: Final = "publication"
"""S3 metadata key on it: that publication."""

_COMMIT_LENGTH: Final = 12
_VERSION_LENGTH: Final = 8
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            # A checkout on Windows may have CRLF, which bash in the build does not understand.
            yield f"{prefix}{entry.name}", entry.read_bytes().replace(b"\r\n", b"\n")


@cache
def archive() -> bytes:
    """Return the zip of the build folder; the same files give the same bytes on every machine."""
    folder = resources.files("solarrally_tui.blueprints") / "build" / "source"
    target = io.BytesIO()
    # Stored, not deflated: compressed bytes differ between versions of zlib.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for name, content in _walk(folder):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = 0o100644 << 16
            packed.writestr(info, content)
    return target.getvalue()


@cache
def source_hash() -> str:
    """Return the sha256 of the zip in hexadecimal."""
    return hashlib.sha256(archive()).hexdigest()


def source_key() -> str:
    """Return the zip's key in the artefact bucket. New content has a new key."""
    return f"build-source/{source_hash()}.zip"


FIXES_VERSION: Final = source_hash()[:_VERSION_LENGTH]
"""Version of fixes and build steps.

A part of the zip's hash, so that a changed fix can never hide behind an image that exists.
"""


def build_tag(commit: str) -> str:
    """Return the tag of a dashboard built from a commit: the same tag means the same files."""
    return f"{commit[:_COMMIT_LENGTH]}-f{FIXES_VERSION}"


def image_tag(commit: str, architecture: str, *, functions: bool = False) -> str:
    """Return the backend image's tag: commit, fixes version and architecture (arm64 or x86_64).

    functions: whether it also holds the programs of functions.
    """
    tag = f"{build_tag(commit)}-{architecture}"
    return f"{tag}-functions" if functions else tag


def broker_tag(architecture: str) -> str:
    """Return the tag of the mirrored broker image in the site's registry."""
    return f"{BROKER_SOURCE_IMAGE.rpartition(':')[2]}-{architecture}"


def frontend_folder(tag: str) -> str:
    """Return where in the artefact bucket the files of a dashboard begin."""
    return f"frontend/{tag}/"


def frontend_marker(tag: str) -> str:
    """Return the key in the artefact bucket that marks a dashboard as completely kept."""
    return f"frontend/{tag}.json"
