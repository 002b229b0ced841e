"""Lay rooms out on floors and write them as SVG. Pure, and the same input gives the same text.

An arrow that other arrows imply is left out. What passes a floor on its way down to one room shares
one line, so that few lines run between the boxes.
"""

from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

WIDTH: Final = 980
MARGIN: Final = 24
_CHAR: Final = 0.602
"""Width of a letter of a monospaced font, by its size."""
_TITLE, _WING, _NOTE = 15, 11.5, 10.5
"""Sizes of letters, in pixels."""
_PAD, _CHIP, _CHIP_GAP = 11, 20, 5
_HEAD: Final = 76
_TRUNK: Final = 12
_ROUNDS: Final = 60
_HUES: Final = (
    "#3b6fb6",
    "#b0672a",
    "#3f8a5f",
    "#86559a",
    "#2f7f8f",
    "#a84a5a",
    "#74802a",
    "#5a62b8",
    "#9a7a1f",
)
_STYLE: Final = (
    "text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
    "fill:#24303c}.n{fill:#5b6875}.c{fill:#fff;stroke:#cfd6dd}.d{fill:#f3f5f7;stroke:#dde2e7}"
    ".r{fill:#fff;stroke-width:1.4}path{fill:none;stroke-width:1.5}"
)


@dataclass(frozen=True)
class Room:
    """A folder, or a module at the top."""

    name: str
    imports: tuple[str, ...]
    modules: int
    """Side by side in the folder; 0 for a room that is one module."""
    wings: tuple["Room", ...] = ()


@dataclass
class _Node:
    """A box on a floor, or a line that passes it on its way to a target."""

    target: str
    room: Room | None = None
    width: float = _TRUNK
    height: float = 0.0
    x: float = 0.0
    """Its middle."""
    y: float = 0.0
    above: list["_Node"] = field(default_factory=list)
    below: list["_Node"] = field(default_factory=list)


class _Chip(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    text: str
    inside: bool


def draw(floors: list[list[Room]]) -> str:
    """Return the SVG of rooms on floors, the highest first."""
    nodes = _nodes(floors)
    _order(nodes)
    _place(nodes)
    height = _stack(nodes)
    rooms = [node.target for floor in nodes for node in floor if node.room]
    hue = {name: _HUES[number % len(_HUES)] for number, name in enumerate(rooms)}
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">',
        "<title>The rooms of solarrally_tui and what they import</title>",
        f'<style>{_STYLE}</style><rect width="100%" height="100%" fill="#fbfcfd"/>',
        _text(MARGIN, 26, "Rooms and imports", 17, weight="600"),
        _text(MARGIN, 45, "Every arrow points down. Arrows that others imply are left out;", _NOTE),
        _text(
            MARGIN, 59, "each box lists all its imports. A number counts a folder's modules.", _NOTE
        ),
        *_arrows(nodes, hue),
        *(line for floor in nodes for node in floor for line in _box(node, hue)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _nodes(floors: list[list[Room]]) -> list[list[_Node]]:
    """Boxes, and the lines that pass between them, joined from floor to floor."""
    arrows = _needed({room.name: set(room.imports) for floor in floors for room in floor})
    nodes: list[list[_Node]] = []
    passing: dict[str, list[_Node]] = {}
    """What still has to come down to each target."""
    for floor in floors:
        row: list[_Node] = []
        for room in floor:
            width, height = _size(room, alone=len(floor) == 1)
            row.append(_Node(room.name, room, width, height, above=passing.pop(room.name, [])))
        for target, sources in sorted(passing.items()):
            row.append(_Node(target, above=sources))
        passing = {node.target: [node] for node in row if not node.room}
        for node in row:
            for source in node.above:
                source.below.append(node)
            for target in sorted(arrows[node.target] if node.room else ()):
                passing.setdefault(target, []).append(node)
        nodes.append(row)
    return nodes


def _needed(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """The imports that no other path implies."""
    below: dict[str, set[str]] = {}

    def reach(name: str) -> set[str]:
        if name not in below:
            below[name] = set().union(*({one} | reach(one) for one in imports[name]))
        return below[name]

    return {
        name: {one for one in direct if not any(one in reach(other) for other in direct - {one})}
        for name, direct in imports.items()
    }


def _order(nodes: list[list[_Node]]) -> None:
    """Sort each floor so that few lines cross: by the middle of what is above, then below."""
    best, fewest = [list(row) for row in nodes], _crossings(nodes)
    for turn in range(_ROUNDS):
        rows = nodes if turn % 2 == 0 else nodes[::-1]
        for row in rows:
            place = {id(node): i / len(other) for other in nodes for i, node in enumerate(other)}
            weights = {
                id(node): _mean(
                    [place[id(one)] for one in (node.above if turn % 2 == 0 else node.below)],
                    place[id(node)],
                )
                for node in row
            }
            row.sort(key=lambda node: (weights[id(node)], node.target))
        if (crossings := _crossings(nodes)) < fewest:
            best, fewest = [list(row) for row in nodes], crossings
    nodes[:] = best


def _crossings(nodes: list[list[_Node]]) -> int:
    count = 0
    for row, lower in pairwise(nodes):
        place = {id(node): i for i, node in enumerate(lower)}
        ends = [(i, place[id(one)]) for i, node in enumerate(row) for one in node.below]
        count += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))
    return count


def _place(nodes: list[list[_Node]]) -> None:
    """Move every node near the middle of its neighbours, as far as its floor has room."""
    for row in nodes:
        _spread(row, [WIDTH / 2] * len(row))
    for turn in range(_ROUNDS):
        for row in nodes if turn % 2 else nodes[::-1]:
            _spread(row, [_wish(node) for node in row])


def _wish(node: _Node) -> float:
    """Boxes follow boxes, and lines run straight on along lines."""
    neighbours = node.above + node.below
    alike = [one for one in neighbours if bool(one.room) == bool(node.room)]
    return _mean([one.x for one in alike or neighbours], node.x)


def _spread(row: list[_Node], wanted: list[float]) -> None:
    """Place a floor's nodes in their order, close to where they want to be, without overlap.

    Nodes that push each other form a block, which stands at the mean of its wishes.
    """
    gaps = [24.0 if node.room else 14.0 for node in row]
    offsets, edge = [], 0.0
    for number, node in enumerate(row):
        edge += max(gaps[number - 1 : number + 1]) if number else 0.0
        offsets.append(edge + node.width / 2)
        edge += node.width
    blocks: list[list[float]] = []
    for node, wish, offset in zip(row, wanted, offsets, strict=True):
        weight = 1.0 if node.room else 3.0  # straight lines matter more than centred boxes
        blocks.append([(wish - offset) * weight, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [one + other for one, other in zip(blocks[-1], last, strict=True)]
    starts = [total / weight for total, weight, size in blocks for _ in range(int(size))]
    most = WIDTH - MARGIN - edge
    for node, start, offset in zip(row, starts, offsets, strict=True):
        node.x = min(max(start, MARGIN), most) + offset


def _stack(nodes: list[list[_Node]]) -> float:
    """Give every floor its height; return where the last one ends."""
    y = float(_HEAD)
    for row in nodes:
        tallest = max(node.height for node in row)
        for node in row:
            node.y = y
            node.height = node.height if node.room else tallest
        y += tallest + _gap(row)
    return y - _gap([]) + MARGIN


def _gap(row: list[_Node]) -> float:
    """Height between a floor and the next: many lines need more of it to stay apart."""
    return min(30.0 + 3.0 * sum(len(node.below) for node in row), 62.0)


def _arrows(nodes: list[list[_Node]], hue: dict[str, str]) -> list[str]:
    """Lines in the colour of the room that they lead to."""
    heads = [
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" '
        f'markerHeight="6" orient="auto"><path d="M0,0 8,4 0,8z" fill="{colour}" '
        f'style="fill:{colour};stroke:none"/></marker>'
        for name, colour in hue.items()
    ]
    lines = [f"<defs>{''.join(heads)}</defs>"]
    for row in nodes:
        bottom = max(node.y + node.height for node in row)
        for node in row:
            if not node.room:
                lines.append(_line(f"M{node.x:.1f},{node.y:.1f}V{bottom:.1f}", node, hue))
            for one in node.below:
                start = _port(node, one, sorted(node.below, key=lambda other: other.x))
                end = _port(one, node, sorted(one.above, key=lambda other: other.x))
                y, top, middle = node.y + node.height, one.y, (bottom + one.y) / 2
                path = (
                    f"M{start:.1f},{y:.1f}V{bottom:.1f}C{start:.1f},{middle:.1f} "
                    f"{end:.1f},{middle - 6:.1f} {end:.1f},{top:.1f}"
                )
                lines.append(_line(path, one, hue))
    return lines


def _port(node: _Node, other: _Node, neighbours: list[_Node]) -> float:
    """Where a line leaves or reaches a node: near where it comes from, apart from the others."""
    if not node.room:
        return node.x
    left, right = node.x - node.width / 2 + 18, node.x + node.width / 2 - 14
    apart = min(_TRUNK * 1.5, (right - left) / max(len(neighbours) - 1, 1))
    ports = [
        max(left + apart * number, min(one.x, right - apart * (len(neighbours) - 1 - number)))
        for number, one in enumerate(neighbours)
    ]
    for number in range(1, len(ports)):
        ports[number] = max(ports[number], ports[number - 1] + apart)
    return next(port for port, one in zip(ports, neighbours, strict=True) if one is other)


def _line(path: str, node: _Node, hue: dict[str, str]) -> str:
    head = f' marker-end="url(#{node.target})"' if node.room else ""
    return f'<path d="{path}" stroke="{hue[node.target]}"{head}/>'


def _box(node: _Node, hue: dict[str, str]) -> list[str]:
    room = node.room
    if room is None:
        return []
    left, colour = node.x - node.width / 2, hue[room.name]
    chips = _chips(room, node.width)
    frame = f'x="{left:.1f}" y="{node.y:.1f}" height="{node.height:.1f}"'
    lines = [
        f'<rect class="r" {frame} width="{node.width:.1f}" rx="6" stroke="{colour}"/>',
        f'<rect {frame} width="5" rx="2" fill="{colour}"/>',
        _text(left + _PAD + 3, node.y + 22, room.name, _TITLE, weight="600"),
    ]
    if room.modules:
        x = left + _PAD + 3 + _wide(room.name, _TITLE) + 9
        lines.append(_text(x, node.y + 22, str(room.modules), _WING, kind="n"))
    for chip in chips:
        x, y = left + chip.x, node.y + chip.y
        lines.append(
            f'<rect class="{"d" if chip.inside else "c"}" x="{x:.1f}" y="{y:.1f}" '
            f'width="{chip.width:.1f}" height="{chip.height:.1f}" rx="4"/>'
        )
        lines.append(_text(x + 6, y + chip.height / 2 + 4, chip.text, _WING))
    notes = _notes(room, node.width)
    for number, note in enumerate(notes):
        y = node.y + node.height - 9 - 14 * (len(notes) - 1 - number)
        lines.append(_text(left + _PAD + 3, y, note, _NOTE, kind="n"))
    return lines


def _size(room: Room, *, alone: bool) -> tuple[float, float]:
    """Return a room's width and height; a room alone on its floor is wide."""
    title = _wide(f"{room.name} {room.modules or ''}", _TITLE) + 8
    wings = [_chip_width(wing) for wing in room.wings]
    total = sum(wings) + _CHIP_GAP * len(wings)
    rows = 1 if alone else 1 + int(total > 300) + int(total > 600)
    imports = _wide(" ".join(("imports", *room.imports)), _NOTE)
    width = max([title, 100, *wings, total / rows + (44 if rows > 1 else 0)])
    width = max(width, imports / 2 + 30 if alone and imports > 220 else min(imports, 110))
    width += 2 * _PAD + 6
    chips = _chips(room, width)
    bottom = max([32.0, *(chip.y + chip.height + 5 for chip in chips)])
    return width, bottom + 14 * len(_notes(room, width)) + (6 if room.imports else 0)


def _chips(room: Room, width: float) -> list[_Chip]:
    """Wings side by side, as far as they fit, each with its own wings inside."""
    height = _CHIP + (6 if any(wing.wings for wing in room.wings) else 0)
    chips: list[_Chip] = []
    x, y = _PAD + 3.0, 33.0
    for wing in room.wings:
        wide = _chip_width(wing)
        if x > _PAD + 3 and x + wide > width - _PAD + 1:
            x, y = _PAD + 3.0, y + height + _CHIP_GAP
        chips.append(_Chip(x, y, wide, height, _label(wing), inside=False))
        inner = x + 6 + _wide(_label(wing), _WING) + 8
        for part in wing.wings:
            chips.append(_Chip(inner, y + 3, _chip_width(part), _CHIP, _label(part), inside=True))
            inner += _chip_width(part) + _CHIP_GAP
        x += wide + _CHIP_GAP
    return chips


def _notes(room: Room, width: float) -> list[str]:
    """What a room imports, in lines that fit it."""
    lines = ["imports"] if room.imports else []
    for name in room.imports:
        if _wide(f"{lines[-1]} {name}", _NOTE) > width - 2 * _PAD - 3:
            lines.append(name)
        else:
            lines[-1] += f" {name}"
    return lines


def _label(room: Room) -> str:
    return f"{room.name} {room.modules}"


def _chip_width(wing: Room) -> float:
    inside = sum(_chip_width(part) + _CHIP_GAP for part in wing.wings)
    return _wide(_label(wing), _WING) + 12 + (inside + 2 if inside else 0)


def _wide(text: str, size: float) -> float:
    return len(text) * size * _CHAR


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _text(x: float, y: float, text: str, size: float, *, weight: str = "", kind: str = "") -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    tone = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}"{bold}{tone}>{escape(text)}</text>'
