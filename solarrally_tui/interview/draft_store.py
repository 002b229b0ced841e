"""Drafts on this computer: saved after each step, readable by their owner only, no secrets.

What reads and writes them is imported where there are some: the wizard starts without it.
"""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from solarrally_tui.computer.folders import state_folder
from solarrally_tui.interview.draft import FIRST_STEP, Draft
from solarrally_tui.site.atomic import write_atomically

_SCHEMA: Final = 1
_REPOSITORY: Final = "application.repository"
_SAFE: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft found on this computer."""

    name: str
    step: str
    saved_at: float
    """Seconds since the epoch."""


class DraftStore:
    """Keeps one TOML file a draft in a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or state_folder() / "drafts"

    def save(self, draft: Draft) -> bool:
        """Write a draft in one step; False when its name cannot be a file name yet."""
        import tomli_w  # noqa: PLC0415

        if not self.savable(draft):
            return False
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        data = {"schema": _SCHEMA, "step": draft.step, "answers": _without_secret(draft)}
        write_atomically(self._path(draft.name), tomli_w.dumps(data))
        return True

    def savable(self, draft: Draft) -> bool:
        """Whether a draft's name can be a file name."""
        return _SAFE.fullmatch(draft.name) is not None

    def holds(self, name: str) -> bool:
        """Whether there is a draft with this name, also one that this version cannot read."""
        return _SAFE.fullmatch(name) is not None and self._path(name).exists()

    def keep_copy(self, text: str) -> Path:
        """Write a copied text where a person finds it without a clipboard. Raises OSError."""
        path = self._folder.parent / "copied.txt"
        write_atomically(path, f"{text}\n")
        return path

    def load(self, name: str) -> Draft | None:
        """Read a draft; None when there is none that this version can read."""
        import tomllib  # noqa: PLC0415

        try:
            data = tomllib.loads(self._path(name).read_text(encoding="utf-8-sig"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            return None
        answers = data.get("answers")
        if data.get("schema") != _SCHEMA or not isinstance(answers, dict):
            return None
        return Draft(answers, str(data.get("step", FIRST_STEP)))

    def forget(self, name: str) -> None:
        """Remove a draft, if there is one."""
        if _SAFE.fullmatch(name):
            with contextlib.suppress(OSError):
                self._path(name).unlink(missing_ok=True)

    def all(self) -> tuple[Saved, ...]:
        """Return the readable drafts, the newest first."""
        saved = []
        with contextlib.suppress(OSError):  # a folder that is closed has none for us
            for path in self._folder.glob("*.toml"):
                draft = self.load(path.stem) if _SAFE.fullmatch(path.stem) else None
                if draft is not None:
                    saved.append(Saved(path.stem, draft.step, path.stat().st_mtime))
        return tuple(sorted(saved, key=lambda draft: -draft.saved_at))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.toml"


def _without_secret(draft: Draft) -> dict[str, Any]:
    """Return the answers without an address that holds a password: drafts are files."""
    from solarrally_tui.site.repository import holds_secret  # noqa: PLC0415

    if not holds_secret(draft.text(_REPOSITORY)):
        return draft.answers
    clean = Draft(draft.answers)
    clean.set(_REPOSITORY, None)
    return clean.answers
