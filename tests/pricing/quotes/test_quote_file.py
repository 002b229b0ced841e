"""The quote file: what it may say, and one clear sentence for each mistake."""

from decimal import Decimal
from pathlib import Path

import pytest

from solarrally_tui.pricing.quotes.paper.ordered import ordered
from solarrally_tui.pricing.quotes.paper.quote_toml import QuoteFileError, changed, load, loads
from solarrally_tui.pricing.quotes.paper.terms import Biller, Discount, DiscountOn
from tests.pricing.quotes.quote_setup import DAY, EXAMPLE, HOSTILE, full, site_of


def test_the_example_is_whole() -> None:
    wanted = full().wanted
    assert wanted.seller
    assert (wanted.seller.name, wanted.customer.contact) == (
        "SonnenWerk Technik AG",
        "Frau Petra Müller",
    )
    assert wanted.logo.startswith("data:image/svg+xml;base64,")
    assert wanted.money.rate == Decimal("0.92")
    assert [item.amount for item in wanted.terms.items] == [
        Decimal("1900.00"),
        Decimal("149.00"),
        Decimal("25.00"),
    ]
    assert wanted.terms.discount == Discount(Decimal(5), DiscountOn.ONCE)
    assert wanted.terms.biller is Biller.SELLER
    assert wanted.assume.viewers.expected == 3
    assert wanted.validity.until.isoformat() == "2026-12-22"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("custmer = 1", "custmer: is not a field of a quote file. Did you mean customer?"),
        ('[seller]\nnme = "x"\nname = "y"', "seller.nme: is not a field of a quote file."),
        ("[[items]]\namount = 3", "items.1.name: is missing."),
        ('[[items]]\nname = "x"\namount = -3', "items.1.amount: must be at least 0."),
        ('[[items]]\nname = "x"\namount = nan', "items.1.amount: must be a number"),
        ('[[items]]\nname = "x"\namount = inf', "items.1.amount: must be a number"),
        ('[[items]]\nname = "x"\namount = true', "items.1.amount: must be a number"),
        ('[[items]]\nname = "x"\namount = 1e99', "items.1.amount: must be at most 100,000,000."),
        (
            '[[items]]\nname = "x"\namount = 3\nevery = "year"',
            "items.1.every: must be 'once' or 'month'.",
        ),
        (
            '[[items]]\nname = "x"\namount = 3\nper = "car"',
            "items.1.per: must be 'site' or 'charger'.",
        ),
        ('[tax]\nname = "VAT"\npercent = "much"', "tax.percent: must be a number"),
        ('[tax]\nname = "VAT"\npercent = 101', "tax.percent: must be at most 100."),
        ("valid_days = 0", "valid_days: must be at least 1."),
        ('valid_days = "x"', "valid_days: must be a whole number."),
        ('date = "tomorrow"', "date: must be a date"),
        ("number = 7", "number: must be text in quotes."),
        ("customer = 7", "customer: must be a table."),
        ('[customer]\nname = "---"', "customer.name: must be a name."),
        ('[customer]\nname = "' + "x" * 101 + '"', "has 101 characters, at most 100"),
        ('[customer]\nname = "x"\naddress = ["1", "2", "3", "4", "5", "6"]', "at most 5 entries"),
        ("paper = 'a5'", "paper: must be 'a4' or 'letter'."),
        ("[exchange]\nrate = 0\ndate = 2026-01-01", "exchange.rate: must be at least 0.000001."),
        ("[hosting]\naccount = '12'", "hosting.account: must be the 12 digits of an AWS account."),
        ("number = x", "line 1"),
        ("number = \N{LEFT DOUBLE QUOTATION MARK}1\N{RIGHT DOUBLE QUOTATION MARK}", "typographic"),
        ("[[items]]\nname='a'\namount=1\n" * 13, "items: must have at most 12 entries."),
    ],
)
def test_a_mistake_is_one_sentence(text: str, said: str) -> None:
    with pytest.raises(QuoteFileError) as caught:
        loads(text)
    words = str(caught.value)
    assert said in words
    assert "pydantic" not in words
    assert "Input" not in words


def test_every_mistake_is_named_with_its_line() -> None:
    with pytest.raises(QuoteFileError) as caught:
        loads('valid_days = 0\npaper = "a5"\n')
    assert [problem.line for problem in caught.value.problems] == [1, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs the customer's name"),
        ('currency = "EUR"', "EUR needs exchange.rate"),
        ('currency = "EURO"', "EURO is not a currency code"),
        ("[exchange]\nrate = 1\ndate = 2026-01-01", "exchange needs a currency other than USD"),
        ('language = "fr"', "cannot be written in fr"),
        ('[hosting]\nbilled_by = "aws"\nmargin_percent = 5', "no margin on what AWS bills"),
        ("[assume]\nviewer = 3", "no assumption is called viewer"),
        ("[assume]\nviewers = [3, 2, 1]", "viewers must be a number"),
        ('[seller]\nname = "x"\nlogo = "/nonexistent/logo.png"', "cannot be read"),
    ],
)
def test_what_does_not_fit_together_is_one_sentence(text: str, said: str) -> None:
    customer = {} if "customer" in said else {"customer": {"name": "Sun"}}
    with pytest.raises(ValueError, match=said):
        ordered(changed(loads(text), customer), site_of(), DAY)


def test_options_replace_whole_answers() -> None:
    answers = changed(load(EXAMPLE), {"customer": {"name": "Moon"}, "valid_days": 7})
    assert answers.customer
    assert answers.customer.address == []
    assert answers.valid_days == 7
    assert answers.number == "2026-0117"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.toml"):
        with pytest.raises(QuoteFileError, match="cannot be read"):
            load(path)
    path = tmp_path / "quote.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QuoteFileError, match="UTF-8"):
        load(path)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_lose_what_cannot_be_shown(name: str) -> None:
    text = name.replace("\\", "\\\\").replace('"', '\\"')
    for letter in text:
        if ord(letter) < 32 or letter == "\x7f":
            text = text.replace(letter, f"\\u{ord(letter):04x}")
    answers = loads(f'customer = {{ name = "{text}" }}')
    assert answers.customer
    assert answers.customer.name.isprintable()
