"""Keeps text that somebody else wrote from being run as a formula by a spreadsheet."""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}")
"""What a cell begins with that Excel, LibreOffice or Google Sheets calculate.

https://owasp.org/www-community/attacks/CSV_Injection
"""


def cell(text: str) -> str:
    """Return a text that every spreadsheet shows as it is. Numbers do not belong here."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
