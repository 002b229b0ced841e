"""Inspects an image in a public registry through the OCI distribution API, without signing in."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import httpx

from solarrally_tui.site.image_reference import ImageReference
from solarrally_tui.source.web import WebError, WebResponse, https_client, request

ADDRESSES: Final[Mapping[str, str]] = MappingProxyType({"docker.io": "registry-1.docker.io"})
"""Where registries answer that have another address than their name."""

KINDS: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_MOST_BYTES: Final = 4_000_000
_CHALLENGE: Final = re.compile(r'(\w+)="([^"]*)"')


class AbsentError(Exception):
    """The registry answers, but does not have the image."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a registry shows of an image."""

    platforms: tuple[str, ...] = ()
    """Such as linux/arm64; empty where they are unknown."""
    entry_point: tuple[str, ...] = ()


async def inspect(
    reference: ImageReference, addresses: Mapping[str, str] | None = None
) -> ImageFacts:
    """Inspect an image. Raises AbsentError, and WebError where the registry shows nothing.

    addresses: where registries answer, in place of ADDRESSES.
    """
    known = ADDRESSES if addresses is None else addresses
    async with https_client() as client:
        host = known.get(reference.host, reference.host)
        repository = _Repository(client, host, reference.name)
        manifest = await repository.read("manifests", reference.digest)
        if "manifests" in manifest:
            return ImageFacts(platforms_of(manifest))
        return of_config(await repository.read("blobs", config_of(manifest)))


def platforms_of(index: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the platforms of an index of images; attestations have none."""
    manifests = index.get("manifests")
    entries = manifests if isinstance(manifests, list) else []
    named = (entry.get("platform") or {} for entry in entries if isinstance(entry, dict))
    return tuple(sorted({_platform(platform) for platform in named} - {"unknown/unknown", ""}))


def config_of(manifest: Mapping[str, Any]) -> str:
    """Return the digest of an image's configuration. Raises WebError without one."""
    config = manifest.get("config")
    digest = config.get("digest") if isinstance(config, dict) else None
    if not isinstance(digest, str) or not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise WebError("The registry's response does not describe an image.")
    return digest


def of_config(config: Mapping[str, Any]) -> ImageFacts:
    """Return what the configuration of one image says."""
    platform = _platform(config)
    settings = config.get("config")
    entry = settings.get("Entrypoint") if isinstance(settings, dict) else None
    words = tuple(map(str, entry)) if isinstance(entry, list) else ()
    return ImageFacts((platform,) if platform else (), words)


def _platform(described: Mapping[str, Any]) -> str:
    system, processor = described.get("os"), described.get("architecture")
    return f"{system}/{processor}" if system and processor else ""


@dataclass(slots=True)
class _Repository:
    """One repository of one registry."""

    client: httpx.AsyncClient
    host: str
    name: str
    _token: str = ""

    async def read(self, kind: str, digest: str) -> dict[str, Any]:
        url = f"https://{self.host}/v2/{self.name}/{kind}/{digest}"
        response = await self._get(url)
        if response.status == 401 and not self._token:
            challenge = response.headers.get("WWW-Authenticate", "")
            self._token = await self._anonymous_token(challenge)
            response = await self._get(url)
        if response.status == 404:
            raise AbsentError(f"{self.host} has no such image.")
        if response.status in {401, 403}:
            raise self._closed()
        if response.status == 429:
            raise WebError(f"{self.host} limits requests. Try again later.")
        return _object(response, self.host)

    async def _get(self, url: str) -> WebResponse:
        headers = {"Accept": ", ".join(KINDS)}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return await request(self.client, url, most=_MOST_BYTES, headers=headers)

    async def _anonymous_token(self, challenge: str) -> str:
        """Get a token that anyone may have, from where the registry's challenge says."""
        values = dict(_CHALLENGE.findall(challenge))
        realm = values.pop("realm", "")
        if not challenge.startswith("Bearer ") or not realm.startswith("https://"):
            raise self._closed()
        query = {key: values[key] for key in ("service", "scope") if key in values}
        try:
            url = str(httpx.URL(realm, params=query))
        except httpx.InvalidURL:
            raise self._closed() from None
        response = await request(self.client, url, most=_MOST_BYTES)
        if response.status != 200:
            raise self._closed()
        issued = _object(response, self.host)
        return str(issued.get("token") or issued.get("access_token") or "")

    def _closed(self) -> WebError:
        return WebError(f"{self.host} does not show the image without a password.")


def _object(response: WebResponse, host: str) -> dict[str, Any]:
    try:
        value = json.loads(response.body) if response.status == 200 else None
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise WebError(f"{host} did not answer as a registry does.")
    return value
