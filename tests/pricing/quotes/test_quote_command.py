"""`solarrally quote`: for whom, until when, where it is written, and why there is none."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from solarrally_tui.cli import parser
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.wizard.quotes import Asked, EngineQuotes, Quoted
from tests.pricing.quotes.quote_setup import EXAMPLE, site_of


def run(*words: str) -> int:
    parsed = parser().parse_args(["quote", *words])
    return int(parsed.run(parsed))


@pytest.mark.parametrize("name", ["", "  \n", "\x00\x1b", "\u202e", "---", "x" * 10_000])
def test_what_is_no_name_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"--customer={name}") == 2
    told = capsys.readouterr()
    assert not told.out
    assert "name" in told.err
    assert len(told.err) < 200


def test_a_quote_needs_a_customer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    assert "A quote needs the customer's name." in capsys.readouterr().err


def test_a_file_whose_name_is_of_no_format_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "offer.exe"
    assert run("--customer", "Sun", "--to", str(file)) == 2
    assert "ends in .pdf, .html, .md, .csv or .json" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_quote_says_for_whom_until_when_and_of_when_the_prices_are(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--customer", "Sun & Sons", "--format", form, "--valid-days", "14")
    assert run(*words, "--language", "en-GB", "--number", "Q-7") == 0
    text = capsys.readouterr().out
    until = date.today() + timedelta(days=14)  # noqa: DTZ011 as the command does
    assert "Sun &amp; Sons" in text
    assert "Q-7" in text
    assert f"{until.day} {until:%B %Y}" in text
    assert f"AWS list prices of {estimate(site_of()).prices_as_of} or newer" in text
    assert "Not included" in text


@pytest.mark.parametrize("days", ["0", "-3", "366"])
def test_validity_has_limits(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--customer", "Sun", "--valid-days", days) == 2
    assert "valid_days: must be at" in capsys.readouterr().err


def test_the_options_override_the_quote_file(capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--from", str(EXAMPLE), "--customer", "Moon", "--date", "2026-01-31")
    assert run(*given, "--currency", "CHF", "--rate", "0.8", "--rate-date", "2026-01-30") == 0
    text = capsys.readouterr().out
    assert "Moon" in text
    assert "Hafenstraße" not in text
    assert "31. Januar 2026" in text
    assert "1 USD = 0,8 CHF, Kurs vom 30. Januar 2026" in text
    assert "SonnenWerk" in text


def test_the_seller_can_be_named_without_a_quote_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "quote.html"
    assert run("--customer", "Sun", "--to", str(page)) == 0
    assert "names no seller" in capsys.readouterr().err
    named = ("--customer", "Sun", "--seller", "Bright Grid", "--to", str(page), "--force")
    assert run(*named) == 0
    assert "names no seller" not in capsys.readouterr().err
    assert "<b><bdi>Bright Grid</bdi></b>" in page.read_text(encoding="utf-8")
    assert run("--from", str(EXAMPLE), "--seller", "Moon AG") == 0
    text = capsys.readouterr().out
    assert "Moon AG" in text
    assert "SonnenWerk Technik" not in text
    assert "Jan Becker" in text


def test_the_format_follows_the_name_of_the_file(tmp_path: Path) -> None:
    begins = {"a.html": b"<!doctype", "a.pdf": b"%PDF", "a.md": b"# Quote", "a.csv": b"kind,"}
    for name, start in begins.items():
        path = tmp_path / name
        assert run("--customer", "Sun", "--to", str(path)) == 0
        assert path.read_bytes().startswith(start)


def test_no_file_is_replaced_and_no_folder_created(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "quote.html"
    path.write_text("mine")
    assert run("--customer", "Sun", "--to", str(path)) == 5
    assert "exists" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert run("--customer", "Sun", "--to", str(path), "--force") == 0
    assert "Sun" in path.read_text(encoding="utf-8")
    for target in (tmp_path / "new" / "quote.html", path / "quote.html", tmp_path):
        assert run("--customer", "Sun", "--to", str(target), "--force") == 6
        assert "cannot be written" in capsys.readouterr().err
    assert {each.name for each in tmp_path.iterdir()} == {"quote.html"}


def test_what_is_wrong_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "quote.toml"
    wrong.write_text("custmer = 1\nvalid_days = 0\n")
    for words, status, said in (
        (("--customer", "Sun", "--chargers", "0"), 3, "chargers"),
        (("--customer", "Sun", "--currency", "EUR"), 2, "EUR needs --rate"),
        (("--customer", "Sun", "--currency", "ABC", "--rate", "2"), 2, "ABC is not a currency"),
        (("--customer", "Sun", "--currency", "EUR", "--rate", "1e-30"), 2, "not an exchange rate"),
        (("--customer", "Sun", "--language", "fr"), 2, "cannot be written in fr"),
        (("--customer", "Sun", "--date", "soon"), 2, "must be a date"),
        (("--customer", "Sun", "--format", "pdf"), 2, "add --to FILE"),
        (("--customer", "Sun", "--assume", "viewers"), 2, "needs a value"),
        (("--customer", "Sun", "--region", "af-south-1"), 5, "AWS does not offer AWS IoT Core"),
        (("--from", str(wrong)), 2, "Did you mean customer?"),
        (("--from", str(tmp_path / "none.toml")), 2, "cannot be read"),
    ):
        assert run(*words) == status, words
        told = capsys.readouterr()
        assert said in told.err
        assert not told.out


def test_pdf_that_is_not_installed_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("solarrally_tui.pricing.quotes.paper.pdf_page.available", lambda: False)
    assert run("--customer", "Sun", "--to", str(tmp_path / "q.pdf")) == 6
    assert "pip install 'solarrally-tui[pdf]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


async def test_the_wizards_files_never_replace_another_quote_nor_leave_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = tmp_path / "quotes"
    folder.mkdir()
    quotes = EngineQuotes(folder)
    today = date.today().isoformat()  # noqa: DTZ011 as the wizard does
    for name, stem in (
        ("../../etc/passwd", "etc-passwd"),
        ("Müller Söhne", "muller-sohne"),
        ("太陽", "customer"),
    ):
        asked = Asked(site_of(), name)
        others = replace(asked, seller="Sun AG"), replace(asked, seller="Moon AG"), asked
        first, second, third, again = [await quotes.write(each, "md") for each in (asked, *others)]
        paths = [folder / f"solarrally-quote-{stem}-{today}{n}.md" for n in ("", "-2", "-3")]
        assert first == Quoted(paths[0])
        assert second == Quoted(paths[1], earlier=paths[0])
        assert third == Quoted(paths[2], earlier=paths[1])
        assert again == Quoted(paths[0], is_new=False)
        assert not paths[0].with_name(f"solarrally-quote-{stem}-{today}-4.md").exists()


async def test_the_wizard_remembers_the_quote_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    quotes = EngineQuotes(tmp_path)
    assert quotes.quote_file == ""
    written = await quotes.write(Asked(site_of(), "", str(EXAMPLE)), "html")
    assert "Autohaus" in written.path.read_text(encoding="utf-8")
    assert quotes.quote_file == str(EXAMPLE)
    with pytest.raises(ValueError, match="cannot be read"):
        await quotes.write(Asked(site_of(), "Sun", "none.toml"), "html")
    with pytest.raises(ValueError, match="customer's name"):
        await quotes.write(Asked(site_of(), ""), "html")


def test_the_command_needs_no_network() -> None:
    closed = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "solarrally_tui.cli", "quote", "--customer", "Sun"],
        capture_output=True,
        text=True,
        check=True,
        env=closed | {"HOME": "/nonexistent"},
    )
    assert done.stdout.startswith("# Quote: Sun\n")
