"""Looks at an image in a public registry, through the OCI distribution API, without logging in."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import httpx

from solarrally_tui.site.image_reference import ImageReference
from solarrally_tui.source.web import Answer, WebError, ask, browser

ADDRESSES: Final[Mapping[str, str]] = MappingProxyType({"docker.io": "registry-1.docker.io"})
"""Where registries answer that have another address than their name."""

KINDS: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_MOST: Final = 4_000_000
_CHALLENGE: Final = re.compile(r'(\w+)="([^"]*)"')


class AbsentError(Exception):
    """The registry answers, and does not have the image."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What could be seen of an image."""

    platforms: tuple[str, ...] = ()
    """Such as linux/arm64; empty where it could not be told."""
    entry_point: tuple[str, ...] = ()


async def look(reference: ImageReference, addresses: Mapping[str, str] | None = None) -> Seen:
    """Look at an image. Raises AbsentError, and WebError where the registry tells nothing.

    addresses: where registries answer, in place of ADDRESSES.
    """
    known = ADDRESSES if addresses is None else addresses
    async with browser() as client:
        place = _Place(client, known.get(reference.host, reference.host), reference.name)
        manifest = await place.read("manifests", reference.digest)
        if "manifests" in manifest:
            return Seen(platforms_of(manifest))
        return of_config(await place.read("blobs", config_of(manifest)))


def platforms_of(index: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the platforms of an index of images; attestations have none."""
    named = (each.get("platform") or {} for each in _items(index.get("manifests")))
    return tuple(sorted({_platform(each) for each in named} - {"unknown/unknown", ""}))


def config_of(manifest: Mapping[str, Any]) -> str:
    """Return the digest of an image's configuration. Raises WebError without one."""
    config = manifest.get("config")
    digest = config.get("digest") if isinstance(config, dict) else None
    if not isinstance(digest, str) or not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise WebError("The registry's answer describes no image.")
    return digest


def of_config(config: Mapping[str, Any]) -> Seen:
    """Return what the configuration of one image says."""
    platform = _platform(config)
    settings = config.get("config")
    entry = settings.get("Entrypoint") if isinstance(settings, dict) else None
    words = tuple(str(each) for each in entry) if isinstance(entry, list) else ()
    return Seen((platform,) if platform else (), words)


def _platform(found: Mapping[str, Any]) -> str:
    system, processor = found.get("os"), found.get("architecture")
    return f"{system}/{processor}" if system and processor else ""


def _items(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


@dataclass(slots=True)
class _Place:
    """One repository of one registry."""

    client: httpx.AsyncClient
    host: str
    name: str
    _token: str = ""

    async def read(self, kind: str, digest: str) -> dict[str, Any]:
        url = f"https://{self.host}/v2/{self.name}/{kind}/{digest}"
        answer = await self._get(url)
        if answer.status == 401 and not self._token:
            self._token = await self._anonymous(answer.headers.get("WWW-Authenticate", ""))
            answer = await self._get(url)
        if answer.status == 404:
            raise AbsentError(f"{self.host} has no such image.")
        if answer.status in {401, 403}:
            raise WebError(f"{self.host} does not show the image without a password.")
        if answer.status == 429:
            raise WebError(f"{self.host} has answered too often today.")
        return _object(answer, self.host)

    async def _get(self, url: str) -> Answer:
        headers = {"Accept": ", ".join(KINDS)}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return await ask(self.client, url, most=_MOST, headers=headers)

    async def _anonymous(self, challenge: str) -> str:
        """Get a token that anybody may have, as the registry asks for it."""
        told = dict(_CHALLENGE.findall(challenge))
        realm = told.pop("realm", "")
        if not challenge.startswith("Bearer ") or not realm.startswith("https://"):
            raise WebError(f"{self.host} does not show the image without a password.")
        wanted = {key: told[key] for key in ("service", "scope") if key in told}
        given = await ask(self.client, str(httpx.URL(realm, params=wanted)), most=_MOST)
        if given.status != 200:
            raise WebError(f"{self.host} does not show the image without a password.")
        known = _object(given, self.host)
        return str(known.get("token") or known.get("access_token") or "")


def _object(answer: Answer, host: str) -> dict[str, Any]:
    try:
        found = json.loads(answer.body) if answer.status == 200 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise WebError(f"{host} did not answer as a registry does.")
    return found
