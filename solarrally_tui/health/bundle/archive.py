"""A support bundle as one file: a zip archive of JSON, text and logs that people can read.

Nothing is ever unpacked to a disk. A file that somebody else made may be anything, so every name,
size and checksum is judged before a part of it is read.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from solarrally_tui import __version__
from solarrally_tui.health.bundle.contents import FORMAT, Contents, LogExcerpt, Manifest
from solarrally_tui.health.bundle.fields import DamagedError, dump, load
from solarrally_tui.health.bundle.removal import Removal, counted
from solarrally_tui.health.diagnosis import render
from solarrally_tui.health.render import table
from solarrally_tui.text.control_characters import harmless
from solarrally_tui.text.plain import Plain

MANIFEST: Final = "manifest.json"
PARTS: Final = ("facts", "diagnosis", "report", "events", "logs", "calls", "missing")
"""Fields of Contents, each a JSON file of its name."""

_MOST_TEXT: Final = 2_000_000
"""Characters of events and logs that a bundle holds, at most; the oldest lines go first."""
_LONGEST_LINE: Final = 2_000
_MOST_BYTES: Final = 20_000_000
"""Bytes of a bundle that is opened."""
_MOST_UNPACKED: Final = 60_000_000
_MOST_FILES: Final = 200


_README: Final = (
    "To open it:    solarrally diagnose --open FILE [--screen | --json]",
    "Without it:    diagnosis.txt says what is wrong, status.txt what every check saw.",
    "",
    "diagnosis.json, report.json   the same for programs",
    "facts.json                    answers, stacks, versions",
    "events.txt, events.json       events of the stacks",
    "logs/, logs.json              the last lines of the logs",
    "calls.json                    every call to AWS, and how long it took",
    "missing.json                  what could not be read, and why",
    "manifest.json                 what is in this file, and what was removed from it",
)


class BundleError(Exception):
    """A file is no bundle that this version can show."""

    def __init__(self, plain: Plain) -> None:
        super().__init__(plain.what)
        self.plain = plain


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a file holds."""

    manifest: Manifest
    contents: Contents

    @property
    def is_of_another_version(self) -> bool:
        """Whether another version of the program made it, which may know more or less."""
        return self.manifest.solarrally != __version__


def pack(contents: Contents, known: Iterable[str] = ()) -> tuple[bytes, Bundle]:
    """Return the file, and what it holds: the same without secrets and addresses.

    known: secrets of this process, such as its access key.
    """
    removal = Removal(known)
    shorter, left_out = _shortened(contents)
    # Before everything else, because a key may span lines.
    logs = tuple(replace(log, lines=removal.lines(log.lines)) for log in shorter.logs)
    values = removal.value(dump(replace(shorter, logs=logs)))
    clean = load(Contents, values)
    files = {f"{part}.json": _json(values[part]) for part in PARTS}
    files |= {_log_name(at, log): _log_text(log) for at, log in enumerate(clean.logs, 1)}
    files["diagnosis.txt"] = render.to_table(clean.diagnosis)
    files["status.txt"] = table(clean.report, details=True)
    files["events.txt"] = _events_text(clean)
    # Every text appears in the JSON once; the others repeat it.
    removed = counted(files[f"{part}.json"] for part in PARTS)
    made = clean.diagnosis.time
    manifest = Manifest(
        FORMAT,
        __version__,
        made,
        clean.diagnosis.site,
        {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()},
        removed,
        left_out,
    )
    files["README.txt"] = _readme(manifest, clean)
    files[MANIFEST] = _json(dump(manifest))
    return _zipped(files, made), Bundle(manifest, clean)


def unpack(path: Path) -> Bundle:
    """Read a bundle. Raises BundleError for what is none, and OSError."""
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise _refused(path, "It is larger than any bundle.")
    try:
        files = _files(content)
        manifest = load(Manifest, json.loads(files.get(MANIFEST, "null")))
    except (*_BROKEN, DamagedError) as error:
        raise _refused(path, _why(error)) from error
    if manifest.format > FORMAT:
        raise _newer(path, manifest)
    changed = [name for name, digest in manifest.files.items() if _digest(files, name) != digest]
    if changed:
        raise _refused(path, f"{changed[0]} is missing from it, or was changed.")
    try:
        values = {part: json.loads(files[f"{part}.json"]) for part in PARTS if _has(files, part)}
        return Bundle(manifest, load(Contents, values))
    except (*_BROKEN, DamagedError) as error:
        if manifest.solarrally != __version__:
            raise _newer(path, manifest) from error
        raise _refused(path, _why(error)) from error


_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,  # a way to compress that Python does not know
    RecursionError,
    RuntimeError,  # an encrypted part
    TypeError,
    ValueError,
)
"""What damaged or hostile archives and JSON raise."""


def _has(files: Mapping[str, str], part: str) -> bool:
    return f"{part}.json" in files


def _digest(files: Mapping[str, str], name: str) -> str:
    return hashlib.sha256(files.get(name, "").encode()).hexdigest()


def _files(content: bytes) -> dict[str, str]:
    """Return the texts in an archive by their names. Reads no more than a bundle may hold."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        if len(listed) > _MOST_FILES or len({one.filename for one in listed}) < len(listed):
            msg = "too many files"
            raise ValueError(msg)
        files: dict[str, str] = {}
        room = _MOST_UNPACKED
        for one in listed:
            # What the archive says about sizes may be wrong, so only what is read counts.
            with archive.open(one) as file:
                text = file.read(room + 1)
            room -= len(text)
            if room < 0:
                msg = "too large when unpacked"
                raise ValueError(msg)
            files[one.filename] = text.decode("utf-8")
    return files


def _zipped(files: Mapping[str, str], made: datetime) -> bytes:
    target = io.BytesIO()
    moment = made.astimezone(UTC)
    date = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files, key=_order):
            info = zipfile.ZipInfo(name, date)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, files[name])
    return target.getvalue()


def _order(name: str) -> tuple[int, str]:
    first = ("README.txt", "diagnosis.txt", "status.txt", MANIFEST)
    return (first.index(name) if name in first else len(first), name)


def _shortened(contents: Contents) -> tuple[Contents, int]:
    """Return contents of a bounded size, and how many lines were left out: of the oldest."""
    count, room = 0, _MOST_TEXT
    logs = []
    for log in contents.logs:
        kept = []
        for line in reversed(log.lines):
            text = line.text[:_LONGEST_LINE]
            room -= len(text) + 40
            if room < 0:
                count += 1
                continue
            kept.append(replace(line, text=text))
        logs.append(replace(log, lines=tuple(reversed(kept))))
    return replace(contents, logs=tuple(logs)), count


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


def _log_name(number: int, log: LogExcerpt) -> str:
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in log.stream)[-80:]
    return f"logs/{number:02}-{name or 'log'}.log"


def _log_text(log: LogExcerpt) -> str:
    head = f"# {log.group} {log.stream} ({log.region})"
    lines = (f"{line.time.astimezone(UTC):%Y-%m-%d %H:%M:%S} {line.text}" for line in log.lines)
    return harmless("\n".join([head, *lines])) + "\n"


def _events_text(contents: Contents) -> str:
    lines = (
        f"{e.time.astimezone(UTC):%Y-%m-%d %H:%M:%S} {e.stack} {e.resource} {e.status} {e.reason}"
        for e in contents.events
    )
    return harmless("\n".join(line.rstrip() for line in lines)) + "\n"


def _readme(manifest: Manifest, contents: Contents) -> str:
    facts, versions = contents.facts, contents.facts.versions
    removed = [f"  {count:>6}  {kind}" for kind, count in manifest.removed.items()]
    missing = [f"  {one.title}: {one.why}" for one in contents.missing]
    shortened = manifest.shortened
    made = f"{manifest.made:%Y-%m-%d %H:%M:%S} UTC by solarrally {manifest.solarrally}"
    lines = [
        f"Support bundle of the SolarRally site {manifest.site}",
        "",
        f"Made {made}, in {facts.region}, account {facts.account}.",
        "It was made by reading. Nothing in the account was changed.",
        "",
        *_README,
        "",
        "Removed from the JSON files (the others repeat the same):",
        *removed,
        "The same e-mail or network address has the same number everywhere. Account numbers",
        "keep their last four digits.",
        *(["", "Could not be read:", *missing] if missing else []),
        *(["", f"Left out because of the size: {shortened} lines."] * bool(shortened)),
        "",
        f"solarrally {versions.solarrally}, blueprints {versions.blueprints}, {versions.system}",
    ]
    return harmless("\n".join(lines)) + "\n"


def _why(error: Exception) -> str:
    if isinstance(error, zipfile.BadZipFile):
        return "It is no zip archive, or only part of one."
    if isinstance(error, DamagedError):
        return f"Its content is damaged: {error}."
    return "It is damaged, or was not made by solarrally diagnose --bundle."


def _refused(path: Path, why: str) -> BundleError:
    return BundleError(
        Plain(
            what=f"{harmless(path.name)} is not a support bundle that can be shown.",
            why=why,
            next="Ask for the file again: solarrally diagnose SITE --bundle FILE. E-mail programs "
            "may cut off or change attachments.",
        )
    )


def _newer(path: Path, manifest: Manifest) -> BundleError:
    maker = harmless(manifest.solarrally)[:40]
    return BundleError(
        Plain(
            what=f"{harmless(path.name)} was made by another version of solarrally, {maker}.",
            why=f"This version is {__version__} and cannot read all of it.",
            next="Upgrade: pipx upgrade solarrally-tui. Or unpack the file: diagnosis.txt in it "
            "can be read without solarrally.",
        )
    )
