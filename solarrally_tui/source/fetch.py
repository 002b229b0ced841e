"""Finds and fetches one commit of a public repository, without Git, and runs nothing of it."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Final, TypeVar

from solarrally_tui.site.repository import address_problem, holds_secret, ref_problem
from solarrally_tui.source.git.pack import PackError, read
from solarrally_tui.source.git.remote import Remote, RemoteError
from solarrally_tui.source.git.tree_files import LARGEST_FILE, commit_of, write
from solarrally_tui.source.reference import AddressError, FetchError, ResolvedCommit, is_commit
from solarrally_tui.source.web import WebError, WebResponse, https_client, request

LIMIT_SECONDS: Final = 120.0
MOST_BYTES: Final = 80_000_000
"""Bytes that one commit may have on its way."""

_MOST_OF_COMMIT: Final = 100_000
"""Bytes that a commit without its files may have on its way."""

_Result = TypeVar("_Result")


async def find(address: str, ref: str, *, limit: float = LIMIT_SECONDS) -> ResolvedCommit:
    """Return the commit that a branch, a tag or a full id means, with its date where known.

    An empty ref means the repository's default branch. limit: seconds in all. Raises AddressError
    before anything is sent, and FetchError.
    """
    _refuse(address, ref)
    try:
        async with asyncio.timeout(limit):
            return await _in_thread(address, lambda remote: _find(remote, ref))
    except TimeoutError:
        raise FetchError(f"The server did not answer within {limit:.0f} seconds.") from None


async def fetch(
    address: str, ref: str, folder: Path, limit: float = LIMIT_SECONDS
) -> ResolvedCommit:
    """Fetch the files of a commit into an empty folder; return the commit.

    limit: seconds in all. Raises AddressError before anything is sent, and FetchError.
    """
    _refuse(address, ref)
    try:
        async with asyncio.timeout(limit):
            return await _in_thread(address, lambda remote: _fetch(remote, ref, folder))
    except TimeoutError:
        raise FetchError(f"The source did not arrive within {limit:.0f} seconds.") from None


def _refuse(address: str, ref: str) -> None:
    if wrong := address_problem(address):
        named = "The address" if holds_secret(address) else address
        raise AddressError(f"{named} {wrong}")
    if ref and (wrong := ref_problem(ref)):
        raise AddressError(f"{ref} {wrong}")


async def _in_thread(address: str, work: Callable[[Remote], _Result]) -> _Result:
    """Do blocking work in a thread whose requests run on this event loop.

    So a time limit and a cancelled task end the requests at once, and with them the thread.
    """
    loop, requests = asyncio.get_running_loop(), list[Future[WebResponse]]()
    try:
        async with https_client() as client:

            def send(
                url: str, *, most: int, headers: Mapping[str, str] | None, content: bytes | None
            ) -> WebResponse:
                sending = request(client, url, most=most, headers=headers, content=content)
                requests.append(asyncio.run_coroutine_threadsafe(sending, loop))
                return requests[-1].result()

            try:
                return await asyncio.to_thread(work, Remote(address, send))
            finally:
                for pending in requests:
                    pending.cancel()
    except (RemoteError, WebError, PackError) as error:
        raise FetchError(str(error)) from error


def _find(remote: Remote, ref: str) -> ResolvedCommit:
    found = _resolved(remote, ref)
    try:
        objects = read(remote.pack(found.commit, leave_out="tree:0", most=_MOST_OF_COMMIT))
        return ResolvedCommit(found.commit, found.ref, commit_of(objects, found.commit).made)
    except (WebError, PackError):
        # A server that cannot leave out the files sends more, and then the date stays unknown.
        return found


def _fetch(remote: Remote, ref: str, folder: Path) -> ResolvedCommit:
    found = _resolved(remote, ref)
    leave_out = f"blob:limit={LARGEST_FILE}"
    objects = read(remote.pack(found.commit, leave_out=leave_out, most=MOST_BYTES))
    commit = commit_of(objects, found.commit)
    write(objects, commit.tree, folder)
    return ResolvedCommit(found.commit, found.ref, commit.made)


def _resolved(remote: Remote, ref: str) -> ResolvedCommit:
    if is_commit(ref):
        return ResolvedCommit(ref)
    # A branch before a tag: it is what people mean who follow something.
    names = (f"refs/heads/{ref}", f"refs/tags/{ref}", ref) if ref else ("HEAD",)
    if found := remote.resolve(names):
        name, commit = found
        return ResolvedCommit(commit, name.removeprefix("refs/heads/").removeprefix("refs/tags/"))
    raise FetchError(
        f"The repository has no branch or tag named {ref}. A commit needs all 40 digits."
        if ref
        else "The repository is empty."
    )
