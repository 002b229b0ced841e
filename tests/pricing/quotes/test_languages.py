"""Quotes in English and German: no text is missing, and numbers are as the locale writes them."""

import re
import string
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from solarrally_tui.architecture.diagram import BoxId
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.estimate_lines import left_out
from solarrally_tui.pricing.quotes.language.language import WRITTEN, language
from solarrally_tui.pricing.quotes.paper.page import page
from tests.pricing.quotes.quote_setup import full, plain, site_of


def texts(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield before + name, value
        else:
            yield from texts(value, f"{before}{name}.")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


_BY_WORDS = ("unit.", "excluded.")
"""Tables keyed by English words: English needs only those that it says differently."""


def test_both_languages_say_the_same_things() -> None:
    english, german = (dict(texts(language(tag).texts)) for tag in ("en", "de"))
    named = {name for name in english if not name.startswith(_BY_WORDS)}
    assert named == {name for name in german if not name.startswith(_BY_WORDS)}
    assert {name: fields(english[name]) for name in named} == {
        name: fields(german[name]) for name in named
    }


@pytest.mark.parametrize("tag", WRITTEN)
def test_every_box_and_every_assumption_has_words(tag: str) -> None:
    spoken = language(tag)
    assert {box.value for box in BoxId} == spoken.list_of("box").keys()
    assert {one.name for one in DEFAULTS.explained()} == spoken.list_of("assumption").keys(), (
        "name the assumption in pricing/quotes/language/*.toml"
    )


def test_german_has_every_unit_and_exclusion() -> None:
    german = language("de")
    assert {one.unit for one in DEFAULTS.explained()} <= german.list_of("unit").keys()
    domains = ({}, {"name": "a.example.com"}, {"name": "a.example.com", "dns": "external"})
    said = {words for domain in domains for words in left_out(site_of(domain=domain))}
    assert said <= german.list_of("excluded").keys()


@pytest.mark.parametrize(
    ("tag", "money", "number", "percent", "day"),
    [
        ("en-US", "$1,234.50", "1,234.5", "8.875%", "November 22, 2026"),
        ("en-GB", "US$1,234.50", "1,234.5", "8.875%", "22 November 2026"),
        ("de", "1.234,50 $", "1.234,5", "8,875 %", "22. November 2026"),
        ("de-CH", "$ 1'234.50", "1'234.5", "8.875%", "22. November 2026"),
        ("de-AT", "$ 1.234,50", "1.234,5", "8,875 %", "22. November 2026"),
    ],
)
def test_amounts_and_dates_are_written_as_the_locale_does(
    tag: str, money: str, number: str, percent: str, day: str
) -> None:
    spoken = language(tag)
    written = (
        spoken.money(Decimal("1234.5"), "USD"),
        spoken.number(Decimal("1234.5")),
        spoken.percent(Decimal("0.08875")),
        spoken.day(full().wanted.validity.day),
    )
    assert tuple(
        re.sub(r"\s", " ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") for text in written
    ) == (money, number, percent, day)
    assert language("de").money(Decimal("1234.5"), "JPY").startswith("1.23")
    assert "," not in language("de").amount(Decimal("999.5"), "JPY")


def test_the_paper_is_what_is_usual_there() -> None:
    assert [language(tag).paper for tag in ("en", "en-US", "de-DE")] == ["a4", "letter", "a4"]
    text = 'language = "en-US"\ncustomer = {name = "x"}'
    assert page(plain(text)).paper == "letter"
    assert page(plain(f'paper = "a4"\n{text}')).paper == "a4"


def test_every_second_is_said_as_people_say_it() -> None:
    assert language("de").counted("every", 1) == "jede Sekunde"
    assert language("en").counted("every", 10) == "every 10 seconds"


@pytest.mark.parametrize(
    "tag", ["fr", "", "xx", "e n", "../en", "deutsch", "en_US.UTF-8", "d" * 99]
)
def test_another_language_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="cannot be written in"):
        language(tag)


def test_a_german_page_has_no_english_left() -> None:
    """Names of AWS and the annex's items stay; everything else is German."""
    shown = page(full("de"))
    said = " ".join(
        [
            *shown.words.values(),
            shown.subject,
            shown.site,
            shown.price_note,
            shown.chart_note,
            shown.sign,
            shown.foot,
            *shown.included,
            *shown.excluded,
            *(line for tier in shown.tiers for line in tier.lines),
            *(f"{one.label} {one.note}" for one in shown.figures),
            *(f"{row[0]} {row[1]}" for row in (*shown.assumptions, *shown.annex.assumptions)),
        ]
    )
    assert not re.findall(r"\b(the|and|of|with|month|each|charger|chargers|before)\b", said)
