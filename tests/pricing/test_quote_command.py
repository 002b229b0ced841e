"""`solarrally quote`: for whom, until when, at which prices; and nothing that a name could do."""

import subprocess
import sys
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from solarrally_tui.cli import parser
from solarrally_tui.pricing.quotes.customer import customer
from solarrally_tui.pricing.quotes.quote_file import quote_document, write_quote
from solarrally_tui.site.files import from_answers

DAY = date(2026, 11, 22)
SITE = from_answers(
    {"name": "barn", "region": "us-east-1", "tier": "small", "alerts": {"email": "a@example.com"}}
)
HOSTILE = (
    "<script>alert(1)</script>",
    "</h1></title><img src=x onerror=alert(1)>",
    "[here](http://evil.example) ![x](http://evil.example/x.png)",
    "https://evil.example www.evil.example me@evil.example",
    "| a | b |\n| --- | --- |\n# head\n> quote\n- list",
    "`code` **bold** _it_ ~~gone~~ \\",
    "{{ 7 * 7 }}{% for x in q %}{{ x }}{% endfor %}",
    "$(rm -rf ~); '\" && `id`",
    "a\x1b[31m\x00\u202eb\u2028c\u2066",
    "&lt;b&gt; &amp; \U0001f600 \u05d0\u05d1",
)


class Tags(HTMLParser):
    """Keeps which elements a page has, with the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))


def tags(html: str) -> list[tuple[str, ...]]:
    parser = Tags()
    parser.feed(html)
    return parser.found


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)


def run(*words: str) -> int:
    parsed = parser().parse_args(["quote", *words])
    return int(parsed.run(parsed))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_changes_nothing_but_the_name(name: str) -> None:
    calm, made = customer("Calm", DAY), customer(name, DAY)
    assert made.name.isprintable()
    assert tags(quote_document(SITE, made, "html")) == tags(quote_document(SITE, calm, "html"))
    text = quote_document(SITE, made, "md")
    assert tags(rendered(text)) == tags(rendered(quote_document(SITE, calm, "md")))
    assert "http://" not in text.splitlines()[0]
    assert "49" not in text.splitlines()[0]


@pytest.mark.parametrize("name", ["", "  \n", "\x00\x1b", "\u202e", "---", "x" * 10_000])
def test_what_is_no_name_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"--customer={name}") == 2
    told = capsys.readouterr()
    assert not told.out
    assert "name" in told.err
    assert len(told.err) < 200


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_quote_says_for_whom_until_when_and_of_when_the_prices_are(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--customer", "Sun & Sons", "--format", form, "--valid-days", "14") == 0
    text = capsys.readouterr().out
    until = (date.today() + timedelta(days=14)).isoformat()  # noqa: DTZ011 as the command does
    assert "quote for " in text
    assert "Sun &amp; Sons" in text
    assert f"valid until {until} (14 days)" in text
    assert "AWS list prices of 2025-07 or newer" in text
    assert "Not in the total" in text
    assert "USD a month" in text


@pytest.mark.parametrize("days", ["0", "-3", "366"])
def test_validity_has_limits(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--customer", "Sun", "--valid-days", days) == 2
    assert "1 to 365 days" in capsys.readouterr().err


def test_a_quote_goes_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "quote.html"
    words = ("--customer", "Sun", "--tier", "medium", "--chargers", "40", "--format", "html")
    assert run(*words, "--to", str(path)) == 0
    told = capsys.readouterr()
    assert not told.out
    assert str(path) in told.err
    text = path.read_text(encoding="utf-8")
    assert "tier medium, 40 chargers" in text
    assert run("--customer", "Sun", "--to", str(tmp_path / "quote.html" / "x")) == 6


def test_wrong_sizes_and_wishes_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--customer", "Sun", "--chargers", "0") == 3
    assert run("--customer", "Sun", "--currency", "EUR") == 2
    assert "EUR needs --rate" in capsys.readouterr().err


def test_files_never_replace_each_other_nor_leave_the_folder(tmp_path: Path) -> None:
    for name, stem in (
        ("../../etc/passwd", "etc-passwd"),
        ("Müller Söhne", "muller-sohne"),
        ("太陽", "customer"),
    ):
        to = customer(name, DAY)
        first, second = (write_quote("text", to, "md", tmp_path) for _ in range(2))
        assert first == tmp_path / f"solarrally-quote-{stem}-2026-11-22.md"
        assert second == tmp_path / f"solarrally-quote-{stem}-2026-11-22-2.md"


def test_the_command_needs_no_network() -> None:
    closed = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "solarrally_tui.cli", "quote", "--customer", "Sun"],
        capture_output=True,
        text=True,
        check=True,
        env=closed | {"HOME": "/nonexistent"},
    )
    assert done.stdout.startswith("# SolarRally: quote for Sun\n")
