"""A logo in a form that is safe to embed: PNG without metadata, SVG of plain shapes only."""

import base64
import binascii
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

MOST_BYTES: Final = 512 * 1024
_MOST_PIXELS: Final = 4000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
"""What shows the picture. All others are metadata, or may hold anything."""

_SVG: Final = "{http://www.w3.org/2000/svg}"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_SHAPES: Final = (
    "svg g defs title desc path rect circle ellipse line polyline polygon text tspan symbol use "
    "linearGradient radialGradient stop clipPath mask pattern"
)
_LOOKS: Final = (
    "id d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height points viewBox transform version "
    "fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin "
    "stroke-dasharray stroke-miterlimit stroke-opacity opacity offset stop-color stop-opacity "
    "gradientUnits gradientTransform spreadMethod clip-path clip-rule clipPathUnits mask maskUnits "
    "patternUnits patternTransform preserveAspectRatio font-family font-size font-weight "
    "font-style text-anchor letter-spacing display visibility style"
)
_ELEMENTS: Final = frozenset(_SHAPES.split())
_ATTRIBUTES: Final = frozenset(_LOOKS.split())
_STYLE: Final = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]+?)\s*(?:;|$)")
_FOREIGN: Final = re.compile(
    r"url\s*\((?!\s*['\"]?#)|javascript:|expression|@import|\\", re.IGNORECASE
)
_DEEPEST: Final = 40


class LogoError(ValueError):
    """A file that is no logo, in words for people."""


def load(path: Path) -> str:
    """Return a logo as a data URI. Raises LogoError."""
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise LogoError(f"the logo {path} cannot be read: {error.strerror}") from None
    if len(body) > MOST_BYTES:
        raise LogoError(f"the logo {path} is larger than {MOST_BYTES // 1024} KB")
    return embedded(body, str(path))


def embedded(body: bytes, name: str) -> str:
    """Return the bytes of a PNG or SVG as a data URI. Raises LogoError."""
    if body.startswith(_PNG):
        kind, safe = "image/png", _plain_png(body, name)
    elif b"<svg" in body[:4096]:
        kind, safe = "image/svg+xml", _plain_svg(body, name)
    else:
        raise LogoError(f"the logo {name} is neither PNG nor SVG")
    return f"data:{kind};base64,{base64.b64encode(safe).decode()}"


def _plain_png(body: bytes, name: str) -> bytes:
    chunks = list(_png_chunks(body, name))
    kinds = [kind for kind, _ in chunks]
    if not chunks or kinds[0] != b"IHDR" or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise LogoError(f"the logo {name} is a damaged PNG")
    width, height = struct.unpack(">II", chunks[0][1][:8])
    if not (0 < width <= _MOST_PIXELS and 0 < height <= _MOST_PIXELS):
        raise LogoError(
            f"the logo {name} is {width} x {height} pixels, at most {_MOST_PIXELS} are allowed"
        )
    kept = (_chunk(kind, data) for kind, data in chunks if kind in _CHUNKS)
    return _PNG + b"".join(kept)


def _png_chunks(body: bytes, name: str) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 12 <= len(body):
        (length,) = struct.unpack(">I", body[at : at + 4])
        kind, data = body[at + 4 : at + 8], body[at + 8 : at + 8 + length]
        check = body[at + 8 + length : at + 12 + length]
        if len(check) < 4 or struct.unpack(">I", check)[0] != binascii.crc32(kind + data):
            raise LogoError(f"the logo {name} is a damaged PNG")
        yield kind, data
        if kind == b"IEND":
            return
        at += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = binascii.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _plain_svg(body: bytes, name: str) -> bytes:
    # Entities can read files and grow without end; no drawing program needs them.
    if re.search(rb"<!(?:DOCTYPE[^>]*\[|ENTITY)", body, re.IGNORECASE) or b"\x00" in body:
        raise LogoError(f"the logo {name} defines entities. Save it as plain SVG")
    try:
        root = ET.fromstring(body)  # noqa: S314 entities are refused above
    except ET.ParseError as error:
        raise LogoError(f"the logo {name} is not valid SVG: {error}") from None
    if root.tag != f"{_SVG}svg":
        raise LogoError(f"the logo {name} is not SVG")
    if root.get("viewBox") is None and not (root.get("width") and root.get("height")):
        raise LogoError(f"the logo {name} has no size: it needs a viewBox")
    if any(_uses(used) for used in root.iter() if used.get("id")):
        # References to references can grow without end.
        raise LogoError(f"the logo {name} nests references. Save it as plain SVG")
    _clean(root, 0, name)
    ET.register_namespace("", _SVG.strip("{}"))
    return bytes(ET.tostring(root, encoding="utf-8"))


def _uses(element: ET.Element) -> bool:
    return element.tag != f"{_SVG}svg" and any(True for _ in element.iter(f"{_SVG}use"))


def _clean(element: ET.Element, depth: int, name: str) -> None:
    """Remove every element and attribute that is not a plain shape."""
    if depth > _DEEPEST:
        raise LogoError(f"the logo {name} is nested too deeply. Save it as plain SVG")
    for attribute, value in list(element.items()):
        del element.attrib[attribute]
        kept = "href" if attribute == _XLINK else attribute
        if kept == "style":
            element.set(kept, _clean_style(value))
        elif kept == "href" and value.startswith("#"):
            # A reference inside the file: a gradient, or a shape that is used twice.
            element.set(kept, value)
        elif kept != "href" and kept in _ATTRIBUTES and not _FOREIGN.search(value):
            element.set(kept, value)
    for child in list(element):
        tag = child.tag
        if not isinstance(tag, str) or tag.removeprefix(_SVG) not in _ELEMENTS:
            element.remove(child)
        else:
            _clean(child, depth + 1, name)


def _clean_style(style: str) -> str:
    kept = (
        f"{key}:{value}"
        for key, value in _STYLE.findall(style)
        if key in _ATTRIBUTES and not _FOREIGN.search(value)
    )
    return ";".join(kept)
