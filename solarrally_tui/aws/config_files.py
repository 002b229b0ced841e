"""~/.aws/config and ~/.aws/credentials: read as editors write them, with lines for mistakes.

botocore reads both through `read`, which this module puts in place of its own reader. That one
takes no byte order mark and no UTF-16, ignores files that it may not open, and reports no lines.
"""

import codecs
import configparser
import locale
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import botocore.configloader
import botocore.exceptions

CONFIG, CREDENTIALS = "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"
_USUAL: Final = {CONFIG: "~/.aws/config", CREDENTIALS: "~/.aws/credentials"}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, those first that others begin with."""

_HEADER: Final = re.compile(r"\[(?P<name>[^\]]+)\]")
_SETTING: Final = re.compile(r"(?P<name>[^\s:=#;][^:=]*?)\s*[:=]\s*(?P<value>.*)")
_COMMENT: Final = re.compile(r"\s+[#;].*$")
_WHOLE: Final = frozenset({"credential_process", "aws_secret_access_key", "aws_session_token"})
"""Settings in whose value a number sign is no comment."""

_nested = botocore.configloader._parse_nested  # noqa: SLF001 its reader is replaced, not copied


class ConfigFileError(botocore.exceptions.ConfigParseError):  # type: ignore[misc]
    """A file that cannot be read: where and why, in words."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(path=str(path), error=why)
        self.path = path
        self.why = why


def file_of(variable: str) -> Path:
    """Return the file that an environment variable names, or the usual one."""
    named = os.environ.get(variable) or _USUAL[variable]
    return Path(os.path.expandvars(os.path.expanduser(named)))  # noqa: PTH111 no home is no error


def shown(path: Path) -> str:
    """Return a path with ~ for the home folder."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 see above
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def read(filename: str | None, parse_subsections: bool = True) -> dict[str, Any]:
    """Return the sections of a file. Raises ConfigFileError, and ConfigNotFound without a file."""
    if filename is None:
        return {}
    path = Path(os.path.expanduser(os.path.expandvars(filename)))  # noqa: PTH111 see file_of
    if not os.path.isfile(path):  # noqa: PTH113 Path.is_file raises where a folder is closed
        if _is_closed(path):
            raise ConfigFileError(path, "It cannot be read: permission denied.")
        if os.path.isdir(path):  # noqa: PTH112 see above
            raise ConfigFileError(path, "It is a folder.")
        raise botocore.exceptions.ConfigNotFound(path=str(path))
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(_text(path))
    except configparser.Error as error:
        raise ConfigFileError(path, _mistake(error)) from None
    return {
        section: {
            name: _value(path, name, parser.get(section, name), nested=parse_subsections)
            for name in parser.options(section)
        }
        for section in parser.sections()
    }


def _value(path: Path, name: str, value: str, *, nested: bool) -> Any:
    if nested and value.startswith("\n"):
        try:
            return _nested(value)
        except ValueError:
            why = f"The indented lines below {name} have to be settings with an equals sign."
            raise ConfigFileError(path, why) from None
    return value if name in _WHOLE else _COMMENT.sub("", value)


def _is_closed(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _text(path: Path) -> str:
    if not os.path.isfile(path):  # noqa: PTH113 see read; a device may never end
        raise ConfigFileError(path, "It is not a file.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigFileError(path, f"It cannot be read: {error.strerror}.") from None
    given = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    # Editors on Windows may write the system's code page.
    for encoding in (given,) if given else ("utf-8", locale.getpreferredencoding(False)):
        try:
            text = content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if "\0" not in text:
            return text
    line = content[: _first_odd(content)].count(b"\n") + 1
    raise ConfigFileError(path, f"Line {line}: this is not text in UTF-8.")


def _first_odd(content: bytes) -> int:
    try:
        return content.decode("utf-8").find("\0")
    except UnicodeError as error:
        return int(getattr(error, "start", 0))


def _mistake(error: configparser.Error) -> str:
    """Return a mistake with its line, and without the text of the line: it may be a secret."""
    if isinstance(error, configparser.DuplicateSectionError):
        return f"Line {error.lineno}: the section [{error.section}] is there for the second time."
    if isinstance(error, configparser.DuplicateOptionError):
        where = f"in the section [{error.section}] for the second time"
        return f"Line {error.lineno}: the setting {error.option} is {where}."
    if isinstance(error, configparser.MissingSectionHeaderError):
        why = "a line before the first section, such as [default]"
        return f"Line {error.lineno}: this is {why}, or a section without its closing bracket."
    if isinstance(error, configparser.ParsingError) and error.errors:
        line = error.errors[0][0]
        return f"Line {line}: this is neither a section in brackets nor a setting with a value."
    return "It is not written as NAME = VALUE below sections in brackets."


# Where something is


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, and where it is."""

    path: Path
    line: int
    section: str
    name: str
    """Empty for the line with the section's name."""
    value: str

    def __str__(self) -> str:
        """Return the place, to go on a sentence with."""
        return f"line {self.line} of {shown(self.path)}"


def settings() -> tuple[Setting, ...]:
    """Return every section and setting of both files, as far as they can be read."""
    found: list[Setting] = []
    for variable in (CONFIG, CREDENTIALS):
        path = file_of(variable)
        try:
            found += _settings(path, _text(path))
        except ConfigFileError:
            continue
    return tuple(found)


def _settings(path: Path, text: str) -> Iterator[Setting]:
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            section = header["name"].strip()
            yield Setting(path, number, section, "", "")
        elif (found := _SETTING.match(line)) and section:
            yield Setting(path, number, section, found["name"].strip().lower(), found["value"])


def sections_of(profile: str) -> tuple[str, str]:
    """Return how the sections of a profile are named in config and in credentials."""
    return ("default" if profile == "default" else f"profile {profile}"), profile


def of_profile(profile: str) -> tuple[Setting, ...]:
    """Return the settings of a profile, its section lines first."""
    config, credentials = file_of(CONFIG), file_of(CREDENTIALS)
    names: Mapping[Path, str] = dict(zip((config, credentials), sections_of(profile), strict=True))
    mine = [each for each in settings() if _plain(each.section) == names[each.path]]
    return tuple(sorted(mine, key=lambda each: bool(each.name)))


def _plain(section: str) -> str:
    """Return a section's name with single blanks and without quotation marks."""
    return " ".join(section.replace('"', "").replace("'", "").split())


def place_of(profile: str, *names: str) -> str:
    """Return where a profile has the first of some settings, or begins: it begins a sentence."""
    mine = of_profile(profile)
    for name in names:
        for each in mine:
            if each.name == name:
                return f"L{str(each)[1:]}"
    return f"L{str(mine[0])[1:]}" if mine else shown(file_of(CONFIG))


def absent_files() -> tuple[str, ...]:
    """Return a sentence for each variable that names something which is no file."""
    named = ((variable, os.environ.get(variable)) for variable in (CONFIG, CREDENTIALS))
    return tuple(
        f"{variable} names {path}, which is no file."
        for variable, path in named
        if path and path != os.devnull and not os.path.isfile(file_of(variable))  # noqa: PTH113 see read
    )


botocore.configloader.raw_config_parse = read
