"""Addresses of Git repositories and names of branches and tags: what is wrong with one. Pure.

An address is never repeated where it may hold a password.
"""

import re
from typing import Final

_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(?::\d+)?/[A-Za-z0-9._~/-]+")
_SECRET: Final = re.compile(r"\A\s*(?:[\w+.-]+://)?(?!git@)[^/\s@]+@|\A\s*\w+://.*[?#&;]\S*=")
"""User names and passwords before the host, but for the git of SSH; answers to forms."""

_SCP: Final = re.compile(r"\A(?:ssh://)?git@(?P<host>[\w.-]+)(?::\d+)?[:/](?P<path>[\w./~-]+)\Z")
_PAGES: Final = tuple(
    re.compile(rf"\A(?P<repository>https://{repository})/{page}/(?P<ref>[^?#]+?)/?\Z")
    for repository, page in (
        (r"[^/]+/[^/]+/[^/]+", "(?:tree|blob|raw|commits?|releases/tag)"),  # GitHub
        (r"[^/]+/.+?", "-/(?:tree|blob|raw|commits?|tags)"),  # GitLab
        (r"[^/]+/[^/]+/[^/]+", "(?:src|raw)/(?:branch|tag|commit)"),  # Gitea, Forgejo
        (r"bitbucket\.org/[^/]+/[^/]+", "(?:src|branch|commits)"),
    )
)
"""Pages of branches, tags, commits and files, which people copy from a browser."""

_REF_LONGEST: Final = 200
_REF_WRONG: Final = re.compile(
    r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\A[-/.]|/\.|[/.]\Z|\.lock(?:/|\Z)|\A@\Z"
)
"""What Git allows in no name of a branch or tag (git-check-ref-format)."""


def address_problem(address: str) -> str:
    """Return what is wrong with a repository's address, as sentences; empty where nothing is."""
    if holds_secret(address):
        return (
            "holds a user name, a password or a token, so it is not repeated here. Files would "
            "keep it, and the build in your account has no password for a repository. Name a "
            "public repository alone, or an image that you build yourself (application.image). "
            "Revoke a token: your shell may have kept it."
        )
    if found := _SCP.match(address):
        path = found["path"].lstrip("/")
        return f"is for SSH, which the build does not use. Use https://{found['host']}/{path}."
    if found := next((page for each in _PAGES if (page := each.match(address))), None):
        return (
            f"is a page of the repository. Use {found['repository']} as the address and "
            f"{found['ref']} as the branch, tag or commit (application.ref, --ref)."
        )
    if address.startswith("http://"):
        return f"is not encrypted. Use https://{address.removeprefix('http://')}."
    if not _ADDRESS.fullmatch(address):
        return "is not an https:// address of a Git repository."
    return ""


def holds_secret(address: str) -> bool:
    """Whether an address may hold a password or a token."""
    return _SECRET.search(address) is not None


def ref_problem(ref: str) -> str:
    """Return what is wrong with the name of a branch or tag; empty where nothing is."""
    if ref.startswith("refs/"):
        return "must be a branch or tag, without refs/."
    if len(ref) > _REF_LONGEST or _REF_WRONG.search(ref) or not ref.isprintable():
        return "is not a branch, tag or commit."
    return ""
