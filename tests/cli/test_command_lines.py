"""The whole tree of commands: help with examples, and our own words for every misuse."""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.groups import COMMANDS, GROUPS
from solarrally_tui.commands.support.completion import script
from solarrally_tui.commands.support.manual import manual
from solarrally_tui.commands.tree import parser
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore

ARGPARSE = re.compile(
    r"are required|invalid choice|choose from|unrecognized|expected (one|at)|ambiguous|usage:"
    r"|not allowed with|ignored explicit|invalid \w+ value|show this help message|error:"
)
"""argparse's own sentences."""


def tree(below: CommandParser) -> Iterator[CommandParser]:
    """Yield a parser and all below it, each complete."""
    yield below.complete()
    for child in below.parsers.values():
        yield from tree(child)


PARSERS = {each.prog: each for each in tree(parser())}
LEAVES = {name: each for name, each in PARSERS.items() if not each.parsers}


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a command line gets that must be refused as misuse."""
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(words)
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, ""), words
    assert not ARGPARSE.search(printed.err), printed.err
    assert printed.err.strip().splitlines()[-1].endswith((" takes.", " commands.")), printed.err
    return " ".join(printed.err.split())


def typed(example: str) -> list[str]:
    """Return the words after solarrally, without what the shell does with it."""
    command, *words = shlex.split(re.sub(r".*\| (?=solarrally)| (\||>+) .*", "", example))
    assert command == "solarrally"
    return words


def words_of(name: str) -> list[str]:
    return name.split()[1:]


def test_every_command_is_in_one_group() -> None:
    assert len(COMMANDS) == sum(map(len, GROUPS.values()))
    assert set(parser().parsers) == set(COMMANDS)


@pytest.mark.parametrize("name", PARSERS)
def test_help_fits_and_shows_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = PARSERS[name].format_help()
    assert max(map(len, told.splitlines())) <= 80
    assert not ARGPARSE.search(told.removeprefix("usage:"))
    assert not re.search(r"^\s*None\b", told, re.MULTILINE)
    assert "\nexamples:\n" in told
    assert PARSERS[name].shown_examples()


@pytest.mark.parametrize("name", PARSERS)
def test_every_example_can_be_typed(name: str) -> None:
    for example in PARSERS[name].shown_examples():
        assert example.count(name)
        parser().parse_args(typed(example))


def test_an_option_that_shares_only_its_dashes_was_not_meant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "has no option --wrong. solarrally --help" in refused(["--wrong"], capsys)


@pytest.mark.parametrize("name", PARSERS)
def test_an_unknown_option_is_named_with_what_was_meant(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    valid = next(iter(PARSERS[name].shown_examples()), name)
    words = typed(valid)
    said = refused([*words, "--raed-only"], capsys)
    assert "has no option --raed-only. Did you mean --read-only?" in said
    assert "has no option --zzz. " in refused([*words, "--zzz"], capsys) + " "
    if not any(action.nargs in ("*", "+") for action in PARSERS[name]._actions):
        # The first may be the name of a site that the example does without.
        surplus = ("surplus", "surplus", "surplus")
        assert "one word too many" in refused([*words, *surplus], capsys) or not words


@pytest.mark.parametrize("name", [name for name, each in PARSERS.items() if each.parsers])
def test_a_misspelt_word_gets_the_nearest(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for word in PARSERS[name].parsers:
        if len(word) < 3:
            continue
        meant = word[:-1] + "x"
        said = refused([*words_of(name), meant], capsys)
        assert re.search(rf"{name} has no (command|action) {meant}\. Did you mean \w", said)
    assert f"{name} has no" in refused([*words_of(name), "qqqqqq"], capsys)


@pytest.mark.parametrize("name", LEAVES)
def test_what_is_missing_or_wrong_is_named(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every option and argument of every command, misused in every way that it can be."""
    leaf = LEAVES[name]
    takes = [action for action in leaf._actions if action.dest != "help"]
    for action in takes:
        if action.required and action.nargs not in ("?", "*"):
            label = action.option_strings[-1] if action.option_strings else action.metavar
            assert str(label) in refused(words_of(name), capsys)
        for option in action.option_strings[-1:]:
            _misuse(words_of(name), option, action, capsys)
    for group in leaf._mutually_exclusive_groups:
        for pair in combinations(group._group_actions, 2):
            # A word is first taken for what must be there.
            has_word = not all(action.option_strings for action in pair)
            needed = [one for one in takes if one.required and not one.option_strings]
            first = ["x"] * len(needed) if has_word else []
            _exclude([*words_of(name), *first], pair, capsys)


def _misuse(
    words: list[str],
    option: str,
    action: argparse.Action,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if action.nargs == 0:
        assert f"{option} takes no value" in refused([*words, f"{option}=3"], capsys)
        return
    if action.nargs is None:
        assert f"{option} needs a value" in refused([*words, option], capsys)
    if action.choices:
        choice = str(next(iter(action.choices)))
        said = refused([*words, option, f"{choice}x"], capsys)
        assert f"{option} cannot be {choice}x. Did you mean {choice}" in said
    if action.type in (int, float):
        assert f"{option} cannot be ten. It is a" in refused([*words, option, "ten"], capsys)


def _exclude(
    words: list[str],
    pair: tuple[argparse.Action, argparse.Action],
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [word for action in pair for word in _given(action)]
    assert "exclude each other" in refused([*words, *given], capsys)


def _given(action: argparse.Action) -> tuple[str, ...]:
    """Return words that give an option or an argument, with another value than its default."""
    value = () if action.nargs == 0 else ([*(action.choices or ("x",))][-1],)
    return (*action.option_strings[-1:], *value)


def test_the_manual_page_has_every_command(tmp_path: Path) -> None:
    page = manual()
    for name, leaf in LEAVES.items():
        assert f'.SS "{name} '.replace("-", r"\-").rstrip() in page
        for option in (text for action in leaf._actions for text in action.option_strings):
            assert option in {"-h", "--help"} or rf"\fB{option}".replace("-", r"\-") in page
    if groff := shutil.which("groff"):
        told = subprocess.run(
            [groff, "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=True
        )
        assert told.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_completes_every_command(shell: str) -> None:
    made = script(shell)
    for word in (*COMMANDS, "reset-password", "confirm-replacement", "eu-central-1"):
        assert word in made
    assert "solarrally completion --sites" in made


def test_bash_completes(tmp_path: Path) -> None:
    """A real shell, with a program beside it that prints the sites as ours does."""
    program = tmp_path / "solarrally"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m solarrally_tui "$@"\n')
    program.chmod(0o755)
    drafts = DraftStore(tmp_path / "state" / "solarrally" / "drafts")
    assert drafts.save(Draft({"name": "barn"}))
    asked = ("dep", "chargers ad", "estimate --tier s", "destroy b", "deploy --skip")
    lines = [script("bash"), *(f"ask '{words}'" for words in asked)]
    lines.insert(1, _ASK)
    told = subprocess.run(
        ["bash"],
        input="\n".join(lines),
        env=os.environ
        | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["deploy", "add", "small", "barn", "--skip-preflight"], (
        told.stderr
    )


_ASK = """
ask() {
  COMP_WORDS=(solarrally $1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
  $(complete -p solarrally | sed 's/.*-F \\([^ ]*\\).*/\\1/') \
    solarrally "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  echo "${COMPREPLY[@]}"
}
"""
"""Asks the shell's own function for what could follow, as Tab does."""
