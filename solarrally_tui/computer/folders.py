"""Where this computer keeps what is ours: drafts, logs, measurements, prices."""

import errno
import os
from pathlib import Path
from typing import Final

import platformdirs

_APP: Final = "solarrally"
_NO_HOME: Final = Path(os.devnull) / "HOME is not set"
"""Lies in no folder, so that reading finds nothing, and writing fails with these words."""

_REMEDIES: Final = {
    errno.ENOSPC: "The disk is full. Free some space.",
    errno.EDQUOT: "Your quota on this disk is used up. Free some space.",
}
"""What makes it work again, by the number of the error."""
_REASONS: Final = {
    errno.EROFS: "This disk is read-only.",
    errno.EACCES: "You may not write there.",
    errno.EPERM: "You may not write there.",
    errno.ENOENT: "No folder can be created there.",
    errno.ENOTDIR: "A part of the path is a file, not a folder.",
    errno.EEXIST: "It is a file, not a folder.",
}


def state_folder() -> Path:
    """Return the folder of drafts and measurements."""
    return _known(platformdirs.user_state_path(_APP, appauthor=False))


def data_folder() -> Path:
    """Return the folder of the refreshed price book."""
    return _known(platformdirs.user_data_path(_APP, appauthor=False))


def cache_folder() -> Path:
    """Return the folder of what can be downloaded again."""
    return _known(platformdirs.user_cache_path(_APP, appauthor=False))


def log_folder() -> Path:
    """Return the folder of the logs of runs."""
    return _known(Path(platformdirs.user_log_dir(_APP)))


def home_folder() -> Path:
    """Return the person's own folder."""
    return _known(Path(os.path.expanduser("~")))  # noqa: PTH111 Path.home raises without a home


def downloads_folder() -> Path:
    """Return the folder where the person's browser puts files; their own where there is none."""
    downloads = _known(platformdirs.user_downloads_path())
    return downloads if os.path.isdir(downloads) else home_folder()  # noqa: PTH112 see exists


def exists(path: Path) -> bool:
    """Whether a file can be seen. Path.exists raises where a folder above it is closed."""
    return os.path.exists(path)  # noqa: PTH110 see above


def in_words(error: OSError) -> str:
    """Return why a file or a folder cannot be used, with its name."""
    name = str(error.filename or "")
    if name.startswith(str(_NO_HOME)):
        return "HOME is not set, so there is no folder for it."
    reason = f"{error.strerror or type(error).__name__}{f' ({name})' if name else ''}."
    remedy = _REMEDIES.get(error.errno or 0, "")
    return f"{reason} {remedy}".rstrip()


def why_not(error: OSError) -> str:
    """Return why a file or a folder cannot be used, where a sentence before has named it."""
    number = error.errno or 0
    known = _REMEDIES.get(number) or _REASONS.get(number)
    return known or f"{error.strerror or type(error).__name__}."


def next_for(error: OSError) -> str:
    """Return what to do after why_not: a remedy makes it work, or another folder does."""
    if error.errno in _REMEDIES:
        return "Then try again, or choose another folder."
    return "Choose another folder."


def _known(path: Path) -> Path:
    # Without a home, ~ stays in the path, and a folder of that name would be created here.
    return path if path.is_absolute() else _NO_HOME
