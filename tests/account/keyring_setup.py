"""A real GNOME Keyring on a bus of its own, for the tests of keys."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START = (
    'printf %s "a password" | gnome-keyring-daemon --unlock --components=secrets >/dev/null; '
    'echo "$DBUS_SESSION_BUS_ADDRESS"; cat >/dev/null'
)
"""Runs until its standard input ends; then the bus and the keyring go too."""


@contextmanager
def keyring_of(home: Path) -> Iterator[dict[str, str]]:
    """Start bus and keyring for a home folder; yields the environment to reach them."""
    for name in ("dbus-run-session", "gnome-keyring-daemon"):
        assert shutil.which(name), f"{name} is missing. make test installs it."
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
    }
    (home / ".local/share/keyrings").mkdir(parents=True)
    process = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", _START],
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        address = process.stdout.readline().strip()
        assert address, "the bus did not start"
        yield environment | {"DBUS_SESSION_BUS_ADDRESS": address}
    finally:
        process.stdin.close()
        process.wait(10)
