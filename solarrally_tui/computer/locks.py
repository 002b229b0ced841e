"""One process at a time for a folder of this computer."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold a lock file for the block; yield whether no other process holds it.

    The system releases it when the process ends, however that happens. The file stays. Where a
    file system knows no locks, nobody is kept out. Raises OSError where the file cannot be written.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        import fcntl  # noqa: PLC0415 Windows has none
    except ImportError:
        return _lock_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _lock_windows(handle: int) -> bool:
    import msvcrt  # noqa: PLC0415

    locking = getattr(msvcrt, "locking", None)
    try:
        if locking:
            locking(handle, getattr(msvcrt, "LK_NBLCK", 2), 1)
    except OSError:
        return False
    return True
