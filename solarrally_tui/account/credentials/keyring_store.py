"""Access keys in the keyring of the operating system. No file of ours ever holds them."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.computer import folders

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
SERVICE: Final = "solarrally"
NAME: Final = re.compile(r"(?=.{1,40}$)[A-Za-z0-9][A-Za-z0-9._-]*")
NAME_RULE: Final = "1 to 40 letters, digits, dots, dashes; it starts with a letter or digit"
_KEY_ID: Final = re.compile(r"(AKIA|ASIA)[A-Z0-9]{12,124}")
_SECRET_LONGEST: Final = 128
"""Characters. Secret access keys have 40."""
_TOKEN_LONGEST: Final = 8192
"""Characters. AWS names no limit; web servers take no longer headers."""
_INDEX: Final = "/names"
"""Entry with the list of names, which keyrings cannot return. No key's name has a slash."""
_SAFE: Final = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
"""Modules of backends that store secrets encrypted by the system. All others are refused: null,
fail, and the files of keyrings.alt, some of which are plain text."""


class KeyringError(Exception):
    """The keyring cannot be used, or does not hold what was asked for."""

    def __init__(self, plain: Plain) -> None:
        super().__init__(plain.what)
        self.plain = plain


class KeyringStore:
    """Keeps access keys by name. Blocking: call it in a thread. Raises KeyringError."""

    def names(self) -> tuple[str, ...]:
        """Return the names in the keyring, sorted."""
        return _names(_backend())

    def save(self, name: str, keys: Keys) -> None:
        """Save keys under a name, in place of older ones."""
        check(name, keys)
        backend = _backend()
        _set(backend, name, json.dumps(_plain_text(keys)))
        _set(backend, _INDEX, json.dumps(sorted({*_names(backend), name})))

    def load(self, name: str) -> Keys:
        """Return the keys of a name."""
        backend = _backend()
        entry = _get(backend, name) if NAME.fullmatch(name) else None
        if entry is None:
            known = ", ".join(_names(backend)) or "none yet"
            raise KeyringError(_unknown(name, known))
        return _keys(name, entry)

    def remove(self, name: str) -> None:
        """Remove the keys of a name."""
        backend = _backend()
        names = _names(backend)
        if name not in names:
            raise KeyringError(_unknown(name, ", ".join(names) or "none yet"))
        _delete(backend, name)
        _set(backend, _INDEX, json.dumps([other for other in names if other != name]))


def check(name: str, keys: Keys) -> None:
    """Refuse what cannot be an access key before anything is written. Raises KeyringError."""
    if not NAME.fullmatch(name):
        raise KeyringError(
            Plain(
                what="This name cannot be used.",
                why=f"A name has {NAME_RULE}.",
                next="Choose another name.",
            )
        )
    if not _KEY_ID.fullmatch(keys.access_key_id):
        raise KeyringError(
            Plain(
                what="This is not an access key ID.",
                why="It has 20 capital letters and digits, and starts with AKIA or ASIA.",
                next="Copy it again. Example: AKIAIOSFODNN7EXAMPLE.",
            )
        )
    if not keys.secret or not _whole(keys.secret, _SECRET_LONGEST):
        raise KeyringError(
            Plain(
                what="The secret access key is missing or incomplete.",
                why="It has 40 letters, digits and symbols, without spaces.",
                next="Copy it again. It appears here as dots.",
            )
        )
    if keys.access_key_id.startswith("ASIA") and not keys.token:
        raise KeyringError(
            Plain(
                what="A temporary key needs its session token.",
                why="Keys that start with ASIA come in three parts.",
                next="Paste the session token too.",
            )
        )
    if keys.token and not _whole(keys.token, _TOKEN_LONGEST):
        raise KeyringError(
            Plain(
                what="The session token is incomplete.",
                why="It is one long line of letters, digits and symbols, without spaces.",
                next="Copy it again, without line breaks.",
            )
        )


def _whole(secret: Secret, longest: int) -> bool:
    """Whether a secret has only the characters that keys have: it becomes part of a header."""
    text = secret.reveal()
    return len(text) <= longest and text.isascii() and text.isprintable() and " " not in text


def _backend() -> "KeyringBackend":
    candidates: list[KeyringBackend]
    try:
        import keyring  # noqa: PLC0415 it looks for backends when it is imported
        from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

        chosen = keyring.get_keyring()
        candidates = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    except Exception as error:  # noqa: BLE001 a backend that is gone or broken raises anything
        raise KeyringError(_broken(error)) from None
    safe = next((one for one in candidates if type(one).__module__.startswith(_SAFE)), None)
    if safe is None:
        raise KeyringError(_refusal(type(candidates[0]) if candidates else type(chosen)))
    return safe


def _broken(error: Exception) -> Plain:
    """Say what names a backend that cannot be loaded."""
    named = os.environ.get("PYTHON_KEYRING_BACKEND")
    where = f"PYTHON_KEYRING_BACKEND names {named}." if named else ""
    if not where and (file := _settings_file()):
        where = f"{file} chooses the backend."
    return Plain(
        what="The keyring of this computer cannot be used.",
        why=f"Its backend cannot be loaded: {type(error).__name__}. {where}".rstrip(),
        next="Remove that setting, or install the backend beside solarrally: pipx inject "
        "solarrally-tui PACKAGE. Every other way to sign in works without a keyring.",
        detail=f"{type(error).__name__}: {error}"[:200],
    )


def _settings_file() -> str:
    """Return keyring's own settings file, where there is one."""
    from keyring.util.platform_ import config_root  # noqa: PLC0415 see _backend

    try:
        path = Path(config_root()) / "keyringrc.cfg"
        return str(path) if folders.exists(path) else ""
    except (OSError, RuntimeError):
        return ""


def _refusal(backend: type[Any]) -> Plain:
    return Plain(
        what="This computer has no safe place for access keys.",
        why="No system keyring answers, and keys are never written to a plain file.",
        next="Sign in with IAM Identity Center or aws login, or start a keyring such as "
        "GNOME Keyring or KWallet.",
        detail=f"keyring offers {backend.__module__}.{backend.__qualname__}",
    )


def _unknown(name: str, known: str) -> Plain:
    return Plain(
        what=f"The keyring has no keys named {name[:40]!r}.",
        why=f"Known: {known}.",
        next="Add them with solarrally credentials add NAME.",
    )


def _names(backend: "KeyringBackend") -> tuple[str, ...]:
    try:
        names = json.loads(_get(backend, _INDEX) or "[]")
    except ValueError:
        names = None
    if not isinstance(names, list):
        raise KeyringError(_UNREADABLE)
    return tuple(sorted(map(str, names)))


_UNREADABLE: Final = Plain(
    what="The list of access keys in the keyring cannot be read.",
    why=f"Another program changed the entry {_INDEX} of the service {SERVICE}.",
    next="Delete that entry with the keyring's own program, then add the keys again.",
)


def _plain_text(keys: Keys) -> dict[str, str]:
    return {
        "accessKeyId": keys.access_key_id,
        "secretAccessKey": keys.secret.reveal(),
        "sessionToken": keys.token.reveal(),
    }


def _keys(name: str, text: str) -> Keys:
    try:
        stored = json.loads(text)
        secret, token = Secret(stored["secretAccessKey"]), Secret(stored["sessionToken"])
        return Keys(str(stored["accessKeyId"]), secret, token, source="keyring")
    except (ValueError, KeyError, TypeError):
        plain = Plain(
            what=f"The keys named {name!r} cannot be read.",
            why="Another program changed the keyring's entry.",
            next=f"Remove them and add them again: solarrally credentials remove {name}.",
        )
        raise KeyringError(plain) from None


def _get(backend: "KeyringBackend", name: str) -> str | None:
    return _quietly(lambda: backend.get_password(SERVICE, name))


def _set(backend: "KeyringBackend", name: str, text: str) -> None:
    _quietly(lambda: backend.set_password(SERVICE, name, text))


def _delete(backend: "KeyringBackend", name: str) -> None:
    _quietly(lambda: backend.delete_password(SERVICE, name))


def _quietly(action: Callable[[], T]) -> T:
    """Use the keyring. Its errors lose their text, which may quote an entry."""
    try:
        return action()
    except Exception as error:  # noqa: BLE001 backends raise errors of their own libraries
        plain = Plain(
            what="The keyring did not answer.",
            why="It is locked, or its window is waiting for you.",
            next="Unlock the keyring and try again.",
            detail=type(error).__name__,
        )
    raise KeyringError(plain)
