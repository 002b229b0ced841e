"""Download files of AWS's price list: streamed, bounded, and only when they have changed."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx

from solarrally_tui.computer import https
from solarrally_tui.computer.folders import in_words
from solarrally_tui.computer.problem import ComputerError

LARGEST: Final = 400 * 1024 * 1024
"""Bytes of the largest file that is read. EC2's is larger and is never requested."""

Progress = Callable[[str, int, int | None], None]
"""Called with a name, the bytes received, and the total if it is known."""

_TIMEOUT: Final = httpx.Timeout(30, connect=10)


def client() -> httpx.AsyncClient:
    """Return a client for public files. It carries no credentials. Raises ComputerError."""
    return https.client(verify=https.authorities(), timeout=_TIMEOUT, follow_redirects=False)


class DownloadError(Exception):
    """A file could not be downloaded. Says why in words."""


class Fetcher:
    """Downloads from one server and keeps each file, with its ETag, in a folder."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base: str,
        cache: Path,
        progress: Progress,
        largest: int = LARGEST,
    ) -> None:
        self._client = client
        self._base = base
        self._cache = cache
        self._progress = progress
        self._largest = largest

    async def json(self, path: str) -> dict[str, Any]:
        """Return a small JSON file. Raises FetchError."""
        file = await self.file(path)
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            raise DownloadError(f"{path} is not JSON") from None
        if not isinstance(data, dict):
            raise DownloadError(f"{path} is not a JSON object")
        return data

    async def file(self, path: str) -> Path:
        """Return a file on disk that holds what the server has now. Raises FetchError."""
        url = self._url(path)
        name = hashlib.sha256(url.encode()).hexdigest()[:32]
        kept, tag = self._cache / name, self._cache / f"{name}.etag"
        known = tag.read_text(encoding="utf-8") if kept.exists() and tag.exists() else ""
        try:
            async with self._client.stream(
                "GET", url, headers={"If-None-Match": known} if known else {}
            ) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED and known:
                    return kept
                if response.status_code != httpx.codes.OK:
                    raise DownloadError(
                        f"the server answered {path} with status {response.status_code}"
                    )
                await self._keep(response, path, kept)
                tag.write_text(response.headers.get("etag", ""), encoding="utf-8")
                return kept
        except httpx.HTTPError as error:
            if plain := https.in_the_way(error, url):
                raise ComputerError(plain) from error
            raise DownloadError(
                f"{path} could not be downloaded: {type(error).__name__} {error}"
            ) from None
        except OSError as error:
            raise DownloadError(f"{path} could not be stored. {in_words(error)}") from None

    def _url(self, path: str) -> str:
        url = urljoin(self._base, path)
        if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
            raise DownloadError(f"{path} leads to another server")
        return url

    async def _keep(self, response: httpx.Response, path: str, kept: Path) -> None:
        """Write the response to a partial file, then rename it: a file is whole or absent."""
        length = response.headers.get("content-length", "")
        total = int(length) if length.isdigit() else None
        if total and total > self._largest:
            raise DownloadError(_too_large(path, total))
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = kept.with_suffix(f".{os.getpid()}.part")
        try:
            with partial.open("wb") as file:
                received = 0
                async for chunk in response.aiter_bytes():
                    received += len(chunk)
                    if received > self._largest:
                        raise DownloadError(_too_large(path, received))
                    file.write(chunk)
                    self._progress(path, received, total)
            partial.replace(kept)
        finally:
            partial.unlink(missing_ok=True)


def _too_large(path: str, size: int) -> str:
    return f"{path} is larger than expected ({size / 1024 / 1024:,.0f} MB or more)"
