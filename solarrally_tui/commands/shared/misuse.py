"""What is wrong with a command line, in our own words: never those of argparse."""

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from solarrally_tui.text.suggestion import did_you_mean, nearest

_MANY: Final = 9
"""More choices than this are not listed where one of them was probably meant."""

_QUOTES: Final = "Put words that belong together in quotes"


@dataclass(frozen=True, slots=True)
class Command:
    """What a command line is held against."""

    name: str
    """All its words, such as solarrally chargers add."""
    below: str
    """What the next word is: a command or an action."""
    takes: tuple[argparse.Action, ...]
    """Its options and arguments."""
    examples: tuple[str, ...]
    """Whole command lines."""

    def named(self, name: str) -> argparse.Action | None:
        """Return the option or argument that argparse calls by a name in its own sentences."""
        for action in self.takes:
            if name in ("/".join(action.option_strings), action.metavar, action.dest):
                return action
        return None

    def options(self) -> list[str]:
        """Return all spellings of its options."""
        return [text for action in self.takes for text in action.option_strings]

    def takes_site_by_option_only(self) -> bool:
        """Whether a site is named with --site, and not by a word in its place."""
        of_site = [action for action in self.takes if action.dest == "site"]
        return [action.option_strings for action in of_site] == [["--site"]]

    def next_steps(self, about: argparse.Action | None = None) -> Iterable[str]:
        """Yield an example, and where the rest is explained.

        about: the option that is wrong, which the example then shows.
        """
        if self.below == "command":
            yield f"{self.name} --help lists the commands."
            return
        names = set(about.option_strings) if about else set()
        showing = (one for one in self.examples if not names or names & set(one.split()))
        if example := next(showing, ""):
            yield f"Example: {example}"
        yield f"{self.name} --help lists what it takes."


def explained(command: Command, message: str) -> tuple[str, ...]:
    """Return lines for people in place of what argparse says: what is wrong, what to do next."""
    name, said = _MESSAGE.fullmatch(message).groups()  # type: ignore[union-attr]  # matches all
    action = command.named(name) if name else None
    for pattern, sentence in _SENTENCES:
        if found := re.match(pattern, said, re.DOTALL):
            return (sentence(command, action, *found.groups()), *command.next_steps(action))
    # The types of our own options raise our own words.
    what = said.rstrip(".") + "." if action else "This command line cannot be read."
    return (what, *command.next_steps(action))


def unknown_words(command: Command, words: Sequence[str]) -> tuple[str, ...]:
    """Return lines for people about words that a command does not know."""
    option = next((word for word in words if word.startswith("-") and len(word) > 1), "")
    if not option:
        what = f"{words[0]} is one word too many for {command.name}."
        way = f"--site {words[0]} names a site" if command.takes_site_by_option_only() else _QUOTES
        return (what, f"{way}.", *command.next_steps())
    name = option.partition("=")[0]
    known = command.options()
    if len(name) == 2:  # a letter, of which only -h is known
        starts = [text for text in known if text.startswith(f"-{name}")]
        hint = f" Did you mean {starts[0]}?" if len(starts) == 1 else ""
    else:
        # Without the dashes, which make all options alike.
        options = {text.lstrip("-"): text for text in known}
        near = nearest(name.lstrip("-"), options)
        hint = f" Did you mean {options[near]}?" if near else ""
    return (f"{command.name} has no option {name}.{hint}", *command.next_steps())


def _label(action: argparse.Action | None) -> str:
    """Return how the help names an option or an argument."""
    if action is None:
        return "An option"
    return action.option_strings[-1] if action.option_strings else str(action.metavar)


def _missing(command: Command, _: argparse.Action | None, names: str) -> str:
    actions = [action for name in names.split(", ") if (action := command.named(name))]
    if len(actions) == 1 and actions[0].choices and actions[0].nargs == argparse.PARSER:
        return f"{command.name} needs an {command.below}: {_either(actions[0].choices)}."
    needed = [f"{_label(action)} ({action.help})" for action in actions]
    return f"{command.name} needs {_both(needed or [names])}."


def _one_of(command: Command, _: argparse.Action | None, names: str) -> str:
    return f"{command.name} needs {_either(names.split())}."


def _unclear(_: Command, __: argparse.Action | None, given: str, options: str) -> str:
    return f"{given} could be {_either(options.split(', '))}. Write it in full."


def _not_a_choice(command: Command, action: argparse.Action | None, value: str) -> str:
    choices = [str(choice) for choice in (action.choices if action else None) or ()]
    hint = did_you_mean(value, choices)
    if action is not None and action.nargs == argparse.PARSER:
        what = f"{command.name} has no {command.below} {value}.{hint}"
        return what if hint or len(choices) > _MANY else f"{what} It has {_both(choices)}."
    what = f"{_label(action)} cannot be {value}.{hint}"
    return what if hint and len(choices) > _MANY else f"{what} It can be {_either(choices)}."


def _no_value(_: Command, action: argparse.Action | None) -> str:
    if action and action.choices:
        return f"{_label(action)} needs a value: {_either(map(str, action.choices))}."
    meaning = f": {action.help}" if action and action.help else ""
    return f"{_label(action)} needs a value{meaning}."


def _too_much(_: Command, action: argparse.Action | None) -> str:
    return f"{_label(action)} takes no value."


def _excluded(_: Command, action: argparse.Action | None, other: str) -> str:
    return f"{_label(action)} and {other} exclude each other. Give one of them."


def _not_a_number(_: Command, action: argparse.Action | None, kind: str, value: str) -> str:
    needed = {"int": " It is a whole number.", "float": " It is a number."}.get(kind, "")
    return f"{_label(action)} cannot be {value}.{needed}"


_MESSAGE: Final = re.compile(r"(?:argument (.+?): )?(.*)", re.DOTALL)
_SENTENCES: Final[tuple[tuple[str, Callable[..., str]], ...]] = (
    (r"the following arguments are required: (.+)", _missing),
    (r"one of the arguments (.+) is required", _one_of),
    (r"ambiguous option: (.+) could match (.+)", _unclear),
    (r"invalid choice: ['\"]?(.*?)['\"]? \((?:choose|maybe)", _not_a_choice),
    (r"expected .+", _no_value),
    (r"ignored explicit argument .+", _too_much),
    (r"not allowed with argument (.+)", _excluded),
    (r"invalid (\w+) value: ['\"]?(.*?)['\"]?$", _not_a_number),
)
"""How argparse's sentences begin, from Python 3.11 to 3.14, and what says the same for people.

It gets the command, the option or argument that the sentence is about, and the groups.
"""


def _either(words: Iterable[str]) -> str:
    return _joined(words, "or")


def _both(words: Iterable[str]) -> str:
    return _joined(words, "and")


def _joined(words: Iterable[str], link: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {link} {last}" if first else last
