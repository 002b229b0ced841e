"""Text that people write: editors and shells on Windows mark it, or write another encoding."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from typing import Final

_MARKS: Final = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks. That of UTF-32 begins with that of UTF-16, so it comes first."""

_LOOKED_AT: Final = 4096


def encoding_of(body: bytes) -> str:
    """Return Python's name of the encoding that a file's first bytes show, else utf-8."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding
    head = body[:_LOOKED_AT]
    # Letters of UTF-16 without a mark have a zero byte before or after them.
    if head.count(0) > len(head) // 4:
        wide = head.count(0) > len(head) // 2
        order = "be" if head.startswith(b"\x00") else "le"
        return f"utf-{32 if wide else 16}-{order}"
    return "utf-8"
