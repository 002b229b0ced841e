"""Finds and fetches one commit of a public repository, without Git, and runs nothing of it."""

import asyncio
import re
from datetime import datetime
from pathlib import Path
from typing import Final

from solarrally_tui.source.git.pack import PackError, read
from solarrally_tui.source.git.tree_files import commit_of, write
from solarrally_tui.source.git.wire import Ref, Repository, RepositoryError
from solarrally_tui.source.reference import AddressError, FetchError, Found, is_commit
from solarrally_tui.source.web import WebError, browser

LIMIT_SECONDS: Final = 120.0
_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?/[A-Za-z0-9._~/-]+")
_REF: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_+#-]*(?:[./][A-Za-z0-9_+#-]+)*")
_LONGEST: Final = 200


async def find(address: str, ref: str, *, limit: float = LIMIT_SECONDS) -> Found:
    """Return the commit that a branch, a tag or a full id means, with its date where known.

    An empty ref means the branch that the repository shows first. limit: seconds in all. Raises
    AddressError before anything is asked, and FetchError.
    """
    _refuse(address, ref)
    try:
        async with asyncio.timeout(limit), browser() as client:
            repository = Repository(client, address)
            found = await _found(repository, ref)
            return Found(found.commit, found.ref, await _date(repository, found.commit))
    except TimeoutError:
        raise FetchError(f"The server did not answer within {limit:.0f} seconds.") from None
    except (RepositoryError, WebError) as error:
        raise FetchError(str(error)) from error


async def fetch(address: str, ref: str, folder: Path, limit: float = LIMIT_SECONDS) -> Found:
    """Fetch the files of a commit into an empty folder; return the commit.

    limit: seconds in all. Raises AddressError before anything is done, and FetchError.
    """
    _refuse(address, ref)
    try:
        async with asyncio.timeout(limit), browser() as client:
            repository = Repository(client, address)
            found = await _found(repository, ref)
            pack = await repository.pack(found.commit)
            return await asyncio.to_thread(_unpacked, pack, found, folder)
    except TimeoutError:
        raise FetchError(f"The source did not arrive within {limit:.0f} seconds.") from None
    except (RepositoryError, WebError, PackError) as error:
        raise FetchError(str(error)) from error


def _refuse(address: str, ref: str) -> None:
    if not _ADDRESS.fullmatch(address):
        raise AddressError(f"{address} is not an https:// address of a Git repository.")
    if ref and (not _REF.fullmatch(ref) or len(ref) > _LONGEST):
        raise AddressError(f"{ref} is not a branch, tag or commit.")


async def _found(repository: Repository, ref: str) -> Found:
    if is_commit(ref):
        return Found(ref)
    names = (f"refs/heads/{ref}", f"refs/tags/{ref}", ref) if ref else ("HEAD",)
    known = {each.name: each for each in await repository.refs(*names)}
    # A branch before a tag: it is what people mean who follow something.
    for name in names:
        if name in known:
            return Found(known[name].commit, _short(known[name]))
    raise FetchError(
        f"The repository has no branch or tag named {ref}. A commit needs all 40 digits."
        if ref
        else "The repository is empty."
    )


def _short(ref: Ref) -> str:
    name = ref.target or ref.name
    return name.removeprefix("refs/heads/").removeprefix("refs/tags/")


async def _date(repository: Repository, commit: str) -> datetime | None:
    """Return when a commit was made; None where the server would send all of it to tell."""
    if not await repository.filters():
        return None
    try:
        pack = await repository.pack(commit, only_commit=True)
        objects = await asyncio.to_thread(read, pack)
        return commit_of(objects, commit).made
    except (WebError, PackError):
        return None


def _unpacked(pack: bytes, found: Found, folder: Path) -> Found:
    objects = read(pack)
    commit = commit_of(objects, found.commit)
    write(objects, commit.tree, folder)
    return Found(found.commit, found.ref, commit.made)
