"""Logos: what is embedded holds nothing but the picture."""

import base64
import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from solarrally_tui.pricing.quotes.paper.logo import MOST_BYTES, LogoError, embedded, load
from tests.pricing.quotes.quote_setup import EXAMPLE

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 9 9">{}</svg>'
)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 2, height: int = 2, *more: bytes) -> bytes:
    rows = b"".join(b"\x00" + b"\x80" * 3 * 2 for _ in range(2))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def shown(svg: str) -> str:
    uri = embedded(svg.encode(), "logo.svg")
    return base64.b64decode(uri.partition(";base64,")[2]).decode()


def test_a_png_keeps_its_picture_and_loses_its_metadata() -> None:
    secret = chunk(b"tEXt", b"Author\x00someone") + chunk(b"eXIf", b"gps")
    uri = embedded(png(2, 2, secret) + b"PK trailing archive", "logo.png")
    assert base64.b64decode(uri.removeprefix("data:image/png;base64,")) == png()


@pytest.mark.parametrize(
    "body",
    [
        png()[:-5],
        png().replace(b"IDAT", b"IDAX"),
        png(0, 5),
        png(5000, 2),
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"",
        b"<html><svg></svg></html>",
        b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + SVG.format("&x;").encode(),
        SVG.format("<g>").encode(),
        b"<svg viewBox='0 0 1 1'/>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        SVG.format("<g>" * 60 + "</g>" * 60).encode(),
        SVG.format('<g id="a"><use href="#b"/></g><g id="b"><path d="M0 0"/></g>').encode(),
    ],
)
def test_what_is_no_safe_logo_is_refused(body: bytes) -> None:
    with pytest.raises(LogoError, match="the logo x"):
        embedded(body, "x")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<image href="http://evil.example/x.png"/>',
        '<image xlink:href="file:///etc/passwd"/>',
        "<foreignObject><b>x</b></foreignObject>",
        '<style>@import "http://evil.example"</style>',
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<animate attributeName="x"/>',
        "<!-- secret -->",
        "<?php evil ?>",
        '<x:y xmlns:x="urn:x"/>',
    ],
)
def test_everything_but_shapes_is_removed(inside: str) -> None:
    text = shown(SVG.format(f'{inside}<path d="M0 0h9"/>'))
    assert [element.tag.partition("}")[2] for element in ET.fromstring(text).iter()] == [
        "svg",
        "path",
    ]
    assert "evil" not in text
    assert "secret" not in text


@pytest.mark.parametrize(
    "attribute",
    [
        'onload="alert(1)"',
        'fill="url(http://evil.example/x)"',
        'style="fill:url(http://evil.example/x)"',
        'style="background:red;behavior:url(x)"',
        'xlink:href="javascript:alert(1)"',
        'clip-path="url( http://evil.example )"',
        'class="x"',
        'xml:base="http://evil.example/"',
    ],
)
def test_attributes_that_reach_outside_are_removed(attribute: str) -> None:
    path = ET.fromstring(shown(SVG.format(f'<path d="M0 0" {attribute}/>')))[0]
    assert {name: value for name, value in path.items() if value} == {"d": "M0 0"}


def test_gradients_and_styles_stay() -> None:
    text = shown(
        SVG.format(
            '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'
            "</defs>"
            '<path d="M0 0h9" style="fill:url(#g);stroke:#123"/><use xlink:href="#p"/>'
        )
    )
    assert "fill:url(#g);stroke:#123" in text
    assert 'href="#p"' in text


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "big.svg"
    path.write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(LogoError, match="larger than 512 KB"):
        load(path)
    assert load(EXAMPLE.with_name("logo.svg")).startswith("data:image/svg+xml;base64,")
