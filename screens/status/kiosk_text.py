"""The display for a wall as text, for any size of terminal: verdict and figures from afar. Pure.

Verdict and figures are in one face, as large as all of them fit. What is smaller is a sentence, the
layers, what is not well, and the power of the last hours where lines are left. Beside a short
verdict, the sentence is in large letters, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.wall import LEAST, course, tiles
from solarrally_tui.screens.common.words import DATA, DIM, colour, inked
from solarrally_tui.screens.status.wall_text import (
    VERDICTS,
    chart_of,
    checked_at,
    clock,
    figures_in,
    foot,
    hours,
    moment_of,
    verdict_words,
    words_of,
    wrapped,
)
from solarrally_tui.text import large_letters
from solarrally_tui.text.enumeration import counted as number_of
from solarrally_tui.text.large_letters import large
from solarrally_tui.text.sentences import sentences

if TYPE_CHECKING:
    from solarrally_tui.health.report import Report
    from solarrally_tui.health.wall import Tile
    from solarrally_tui.wizard.model import SiteFacts

_LARGEST: Final = 6
"""Columns of a pixel; no terminal is wider."""
_GAP: Final = 4
"""Columns between two figures, at least; in large digits, for each column of a pixel."""
_LEAST: Final = 6
"""Lines of the power's course that large names of layers leave it."""
_NAMED: Final = 3
"""Layers of which it is said what is not well, at most."""
_ACROSS: Final = 3
"""Layers beside each other in large letters."""
_BARS: Final = 5
"""Lines of the power's course with its name, at least."""
_SIGNED: Final = 3
"""Columns of a pixel from which names are in large letters too."""
_SIGN_ROWS: Final = large_letters.rows(1)
_NO_CURVE: Final = (
    "The power of the last three hours is drawn here once chargers have sent for a quarter of an "
    "hour."
)
_LARGE: Final = frozenset({"chargers_online", "chargers_registered", "last_message", "power"})
"""What the large figures say."""
_NONE: Final = "-"
_UNITS: Final = {"s": "seconds", "min": "minutes", "h": "hours"}
_CALM: Final = "$foreground"
_ONLINE: Final = "ONLINE"
_CHARGERS: Final = "chargers"
_DRAWN: Final = "drawn by the chargers"
_FIRST: Final = "CHECKING"
_OLD: Final = "OLD"
_NO_CONNECTION: Final = "NO CONNECTION"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in large digits, and below it what it counts."""

    number: str
    name: str
    sign: str = ""
    """The name in a word that is read from afar, where there is room for large ones."""
    caption: str = ""
    """What that word is about, in small letters below it."""

    def width(self, across: int) -> int:
        """Return its columns. across: columns of a pixel; 0 for plain letters."""
        if not across:
            return max(len(self.number), len(self.name))
        named = large_letters.width(self.sign) if _is_signed(across) else len(self.name)
        return max(large_letters.width(self.number, across), named)


def _is_signed(across: int) -> bool:
    return across >= _SIGNED


@dataclass(frozen=True, slots=True)
class _FromAfar:
    """Sentences of the verdict, by the letters that they are in."""

    large: tuple[str, ...]
    small: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Face:
    """How large the letters are."""

    across: int
    """Columns of a pixel; 0 for plain letters, where no others fit."""
    down: int
    """Half lines of a pixel."""

    @property
    def rows(self) -> int:
        return large_letters.rows(self.down) if self.across else 1


def display(
    facts: "SiteFacts", now: datetime, width: int, height: int, *, begins: bool = False
) -> list[Content]:
    """Return the lines of the display: never more than height, none wider than width.

    begins: whether to say what it costs and how to leave it, which nobody reads for months.
    """
    report = facts.report
    shown = tiles(report, now)
    said = _sentence(facts, now, width)
    way = _way(shown, width)
    bad = _worries(facts, shown, width)
    fixed = len(said) + len(way) + 6  # a blank between parts, the names of figures, the foot
    power = _has_power(report)
    word = _word(report, now)
    # What is wrong and the course give way to letters that are read from afar.
    spare = [len(bad) + (_BARS if power else 0), len(bad), min(len(bad), 2), 0]
    rooms = [height - fixed - one for one in spare]
    old = _is_old(report, now)
    counted, face = _face(word, report, width, rooms, old=old)
    parts = [
        _verdict(
            _in_face(word, face, width, _tone(report, now)), said, width, _from_afar(report, now)
        ),
        _figures(counted, face, width, old=old),
        way,
    ]
    afar = _large_way(shown, width)
    told = _told(tiles(report, now, _LARGE), width)
    if afar and _left(parts, height) + len(way) - len(afar) >= (_LEAST if power else 0) + len(bad):
        parts[-1] = afar
    elif not power and _left(parts, height) + len(way) > len(told) + len(bad):
        parts[-1] = told
    left = _left(parts, height)
    if bad and left > 1:
        parts.append(bad[: left - 1])
    left = _left(parts, height)
    if power and left >= _BARS:
        parts.append(_power(report, now, width, left - 2))
    elif left > 1 and report.figure("power") and not power and not report.lost:
        parts.append(wrapped(_NO_CURVE, width, DIM, most=1))
    lines = _spread(parts, height - 1)
    end = f"{foot(report)} Q or Escape ends." if begins else checked_at(report)
    return [*lines, Content.styled(end, DIM).truncate(width, ellipsis=True)]


def _left(parts: Sequence[Sequence[Content]], height: int) -> int:
    """Return how many lines are left for one more part, with the foot and a blank before it."""
    return height - 1 - sum(map(len, parts)) - len(parts)


def _spread(parts: Sequence[Sequence[Content]], height: int) -> list[Content]:
    """Return parts with blanks between them, in exactly so many lines.

    Where lines are left, the blanks grow, so that the parts fill the display.
    """
    left = height - sum(map(len, parts)) - (len(parts) - 1)
    gap = [Content("")] * (1 + max(left, 0) // len(parts))
    lines = [line for part in parts for line in (*gap, *part)][len(gap) :][:height]
    return lines + [Content("")] * (height - len(lines))


def before(width: int, height: int) -> list[Content]:
    """Return the lines of the display before anything was seen."""
    faces = [
        _Face(across, across)
        for across in range(1, _LARGEST + 1)
        if large_letters.width(_FIRST, across) <= width and large_letters.rows(across) < height
    ]
    face = faces[-1] if faces else _Face(0, 0)
    said = wrapped("The first round of checks takes longest.", width, DIM, most=2)
    return [*_in_face(_FIRST, face, width, DIM), *said][:height]


def figures(report: "Report", *, short: bool = False, old: bool = False) -> tuple[Figure, ...]:
    """Return the figures that matter: power, chargers, age of the newest message.

    short: with fewer digits, where many chargers make them too wide. old: not those of now.
    """
    newest = _newest(report, short=short, old=old)
    power, online = _power_now(report, old=old), _online(report, short=short)
    return (power, *_from_the_sun(report, short=short), online, newest)


def _power_now(report: "Report", *, old: bool) -> Figure:
    power = report.figure("power")
    at = f"AT {clock(report.checked_at)[:5]}" if old else "NOW"
    name, sign = f"kW {at.lower()}", f"kW {at}".replace(":", ".")
    if power is None or power.value is None:
        return Figure(_NONE, name, sign, _DRAWN)
    return Figure(power.text.partition(" ")[0], name, sign, _DRAWN)


def _from_the_sun(report: "Report", *, short: bool) -> tuple[Figure, ...]:
    """Return the share of the sun in that power; nothing where nobody charges, or nobody knows."""
    solar = report.figure("solar")
    if solar is None or solar.value is None:
        return ()
    return (
        Figure(
            f"{solar.value:.0f}", "% sun" if short else "% from the sun", "% SUN", "of that power"
        ),
    )


def _online(report: "Report", *, short: bool) -> Figure:
    online, registered = report.figure("chargers_online"), report.figure("chargers_registered")
    if online is None or online.value is None:
        return Figure(_NONE, "chargers online", _ONLINE, _CHARGERS)
    if registered is None or registered.value is None:
        return Figure(online.text, "chargers online", _ONLINE, _CHARGERS)
    if short:
        of_all = f"of {registered.text} chargers"
        return Figure(online.text, f"{of_all} online", _ONLINE, of_all)
    return Figure(f"{online.text}/{registered.text}", "chargers online", _ONLINE, _CHARGERS)


def _newest(report: "Report", *, short: bool, old: bool) -> Figure:
    newest = report.figure("last_message")
    if newest is None or newest.value is None:
        return Figure(_NONE, "no message seen", "NO DATA")
    number, unit = newest.text.split(" ")[:2]
    sign = f"{unit.upper()} {'OLD' if old else 'AGO'}"
    if not short:
        unit = _UNITS.get(unit, unit).removesuffix("s" if number == "1" else "")
    name = f"{unit} since a message{' then' if old else ''}"
    return Figure(number, name, sign, "the newest message")


def _word(report: "Report", now: datetime) -> str:
    if report.lost:
        return _NO_CONNECTION
    return _OLD if report.is_stale(now) else report.sign.word.upper()


def _tone(report: "Report", now: datetime) -> str:
    if report.lost:
        return "$text-error"
    return colour(Severity.UNKNOWN if report.is_stale(now) else report.sign)


def _is_old(report: "Report", now: datetime) -> bool:
    """Whether the figures are old: telemetry was not looked at for too long."""
    check = next((check for check in report.checks if check.id == "telemetry"), None)
    return report.is_old or (check is not None and check.is_stale(now))


def _face(
    word: str, report: "Report", width: int, rooms: Sequence[int], *, old: bool
) -> tuple[tuple[Figure, ...], _Face]:
    """Return the largest face in which all fits, and the figures that fit in it.

    rooms: lines for two lines of letters, by how much else is shown; the first that does is taken.
    """
    for room in rooms:
        for short in (False, True):
            counted = figures(report, short=short, old=old)
            faces = [
                _Face(across, down)
                for across in range(1, _LARGEST + 1)
                for down in range(across, across + max(across // 2, 1) + 1)
                if large_letters.width(word, across) <= width
                and _width(counted, across) <= width
                and 2 * large_letters.rows(down) + _names_rows(across) - 1 <= room
            ]
            if faces:
                return counted, max(faces, key=lambda face: (face.across, face.down))
    return figures(report, short=True, old=old), _Face(0, 0)


def _names_rows(across: int) -> int:
    """Return the lines of the names of figures: above large ones a blank, below them captions."""
    return _SIGN_ROWS + 2 if _is_signed(across) else 1


def _width(counted: Sequence[Figure], across: int) -> int:
    return sum(one.width(across) for one in counted) + _gap(across) * (len(counted) - 1)


def _gap(across: int) -> int:
    return _GAP * max(across, 1)


def _in_face(word: str, face: _Face, width: int, tone: str) -> list[Content]:
    lines = large(word, face.across, face.down) if face.across else (word[:width],)
    return [inked(line, f"bold {tone}") for line in lines]


def _verdict(
    drawn: list[Content], said: list[Content], width: int, afar: Sequence[_FromAfar]
) -> list[Content]:
    """Return the verdict with its sentence: beside it in large letters where that has room.

    afar: how its sentences may be shown; the first that fits is taken.
    """
    left = max(line.cell_length for line in drawn) + _GAP
    rows = len(drawn) + len(said)
    for told, gap in product(afar, (1, 0)):
        beside = _lines_large(told.large, width - left, gap)
        rest = wrapped(" ".join(told.small), width, "", most=2) if told.small else []
        if beside and max(len(beside), len(drawn)) + len(rest) <= rows:
            high = max(len(beside), len(drawn))
            above = [Content("")] * ((high - len(beside)) // 2)
            beside = [*above, *beside, *[Content("")] * (high - len(above) - len(beside))]
            drawn = [*drawn, *[Content("")] * (high - len(drawn))]
            return [
                (one + Content(" " * (left - one.cell_length)) + other).rstrip()
                for one, other in zip(drawn, beside, strict=True)
            ] + rest
    return [*drawn, *said]


def _lines_large(told: Sequence[str], width: int, gap: int) -> list[Content]:
    """Return sentences in large letters. gap: blank rows between two of their lines."""
    rows: list[Content] = []
    for line in _wrapped_large(told, width):
        rows += [Content("")] * (gap if rows else 0)
        rows += [inked(row, _CALM) for row in large(line, 1, 1)]
    return rows


def _wrapped_large(told: Sequence[str], width: int) -> list[str]:
    """Return sentences as lines of whole words in large letters; none where one has no room."""
    lines: list[str] = []
    for sentence in told:
        words = sentence.upper().split()
        if not all(large_letters.has_letters(word) for word in words):
            return []
        line = ""
        for word in words:
            if large_letters.width(word) > width:
                return []
            longer = f"{line} {word}".lstrip()
            if line and large_letters.width(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _figures(counted: Sequence[Figure], face: _Face, width: int, *, old: bool) -> list[Content]:
    """Return the figures beside each other, or below each other where letters are plain."""
    tone = DIM if old else f"bold {DATA}"
    if not face.across:
        plain = [Content.assemble((one.number, tone), (f" {one.name}", DIM)) for one in counted]
        return [Content("   ").join(plain).truncate(width, ellipsis=True)]
    columns = _columns([one.width(face.across) for one in counted], width, _gap(face.across))
    drawn = [large(one.number, face.across, face.down) for one in counted]
    numbers = [inked(_beside(row, columns), tone) for row in zip(*drawn, strict=True)]
    calm = DIM if old else ""
    if not _is_signed(face.across):
        return [*numbers, Content.styled(_beside([one.name for one in counted], columns), calm)]
    names = [large(one.sign, 1, 1) for one in counted]
    below = [inked(_beside(row, columns), calm) for row in zip(*names, strict=True)]
    captions = Content.styled(_beside([one.caption for one in counted], columns), DIM)
    return [*numbers, Content(""), *below, captions]


def _columns(wide: Sequence[int], width: int, least: int) -> list[int]:
    """Return how wide each of some columns is: as wide as the others where that has room.

    least: columns between two of them.
    """
    share = width // len(wide)
    if max(wide) + least <= share:
        return [share] * len(wide)
    gap = max((width - sum(wide)) // len(wide), least)
    return [one + gap for one in wide]


def _beside(parts: Sequence[str], columns: Sequence[int]) -> str:
    line = "".join(part.ljust(wide) for part, wide in zip(parts, columns, strict=True))
    return line.rstrip()


def _sentence(facts: "SiteFacts", now: datetime, width: int) -> list[Content]:
    """Return the verdict in a sentence; without a connection since when, in red."""
    report = facts.report
    if report.lost:
        since = clock(report.lost_since or report.at)
        red = f"{Severity.FAIL.glyph} No connection to AWS since {since}. Trying again. "
        last = f"What is shown was seen at {clock(report.checked_at)}."
        why = f"{report.lost.what} {report.lost.next or report.lost.why}"
        return [
            *wrapped(f"{red}{last}", width, "bold $text-error", most=2),
            *wrapped(why, width, DIM, most=2),
        ]
    if report.is_stale(now):
        last = f"What is shown was seen at {moment_of(report.checked_at, now)}. Checking."
        return wrapped(last, width, "", most=2)
    return wrapped(verdict_words(report), width, "", most=2)


def _from_afar(report: "Report", now: datetime) -> list[_FromAfar]:
    """Return how the sentences of the verdict may be shown, the best first; none of an old one."""
    if report.lost or report.is_stale(now):
        return []
    first, *more = sentences(verdict_words(report))
    whole = _FromAfar((first, *more))
    if report.sign is not Severity.OK or not more:
        return [whole]
    # A charger that is away is louder than what OK says, and one that is new is not.
    is_new = first == VERDICTS[Severity.OK]
    return [whole, _FromAfar((first,), tuple(more)) if is_new else _FromAfar(tuple(more))]


def _way(shown: "Sequence[Tile]", width: int) -> list[Content]:
    """Return the layers along the way of the data, with the sign of each."""
    parts = [
        Content.styled(sign.line(tile.layer.heading), tone)
        for tile in shown
        for sign, tone in [_look(tile)]
    ]
    gaps = min((width - sum(part.cell_length for part in parts)) // max(len(parts) - 1, 1), 6)
    if gaps >= 2:
        return [Content(" " * gaps).join(parts)] if parts else []
    half = -(-len(parts) // 2)
    lines = [Content("  ").join(parts[:half]), Content("  ").join(parts[half:])]
    return [line.truncate(width, ellipsis=True) for line in lines if line.plain]


def _large_way(shown: "Sequence[Tile]", width: int) -> list[Content]:
    """Return the layers in large letters, three beside each other; nothing without the room."""
    words = [
        (f"{sign.glyph} {tile.layer.heading.upper()}", tone)
        for tile in shown
        for sign, tone in [_look(tile)]
    ]
    if not all(large_letters.has_letters(word) for word, _ in words):
        return []
    rows = [words[at : at + _ACROSS] for at in range(0, len(words), _ACROSS)]
    columns = [
        max(large_letters.width(row[at][0]) for row in rows if at < len(row))
        for at in range(_ACROSS)
    ]
    gap = (width - sum(columns)) // (_ACROSS - 1)
    if len(words) < _ACROSS or gap < _GAP:
        return []
    lines: list[Content] = []
    for row in rows:
        drawn = [[inked(line, tone) for line in large(word, 1, 1)] for word, tone in row]
        lines += [
            Content("")
            .join(
                part.pad_right(wide + gap - part.cell_length)
                for part, wide in zip(parts, columns, strict=False)
            )
            .rstrip()
            for parts in zip(*drawn, strict=True)
        ]
        lines.append(Content(""))
    return lines[:-1]


def _told(shown: "Sequence[Tile]", width: int) -> list[Content]:
    """Return the layers with their figures, a line each: for a site that has no course yet."""
    names = max((len(tile.layer.heading) for tile in shown), default=0) + 4
    lines = []
    for tile in shown:
        sign, tone = _look(tile)
        head = Content.styled(f"{sign.line(tile.layer.heading):<{names + 2}}", tone)
        checked = f"{number_of(tile.checks, 'check')} {sign.word}"
        said = figures_in(tile, width - head.cell_length) or Content.styled(checked, DIM)
        lines.append((head + said).truncate(width, ellipsis=True))
    return lines


def _look(tile: "Tile") -> tuple[Signed, str]:
    if tile.stale_since is not None:
        return Severity.UNKNOWN, DIM
    return tile.sign, colour(tile.sign)


def _worries(facts: "SiteFacts", shown: "Sequence[Tile]", width: int) -> list[Content]:
    """Return what is not well, the worst first, each in whole words."""
    if facts.report.lost:
        return []
    bad = [tile for tile in shown if tile.line and tile.stale_since is None]
    bad.sort(key=lambda tile: -tile.sign.rank)
    return [
        line
        for tile in bad[:_NAMED]
        for line in wrapped(
            tile.sign.line(words_of(tile.line, facts.report.site)), width, colour(tile.sign), most=2
        )
    ]


def _has_power(report: "Report") -> bool:
    power = report.figure("power")
    return power is not None and len(power.series) >= LEAST


def _power(report: "Report", now: datetime, width: int, height: int) -> list[Content]:
    figure = report.figure("power")
    if figure is None:
        return []
    old = report.is_old or report.is_stale(now)
    head = wrapped("Power of the last three hours", width, DIM, most=1)
    return [*head, *chart_of(course(figure, now), (width, height), hours(now), old=old)]
