"""solarrally init FILE: the questions of the wizard, one after the other, into a site file."""

import os
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solarrally_tui.commands.pricing.priced_site import price_sentence
from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, carry_out
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.computer.folders import why_not
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.commands.shared.prompts import Asker
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.interview.questions import Question
    from solarrally_tui.interview.steps import WizardStep

REF = "application.ref"
COMMIT = "application.commit"
_LONGEST = 300
"""Characters of an answer that is typed. An answer of a site is never longer."""


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What init takes."""

    file: Path
    answers: Path | None
    from_env: Path | None
    defaults: bool
    force: bool
    all: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="site file to write")
    parser.add_argument(
        "--answers", type=Path, metavar="FILE", help="TOML file with answers that are known already"
    )
    parser.add_argument(
        "--from-env",
        type=Path,
        metavar="FILE",
        help="environment file of an old installation: its settings become answers, its secrets "
        "are named and never copied",
    )
    parser.add_argument(
        "--defaults", action="store_true", help="ask nothing and use the default answers"
    )
    parser.add_argument("--all", action="store_true", help="also ask what few sites need to answer")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    carry_out(
        parser,
        run,
        Options,
        example="solarrally init barn.toml\n"
        "solarrally init barn.toml --defaults --answers known.toml\n"
        "solarrally init barn.toml --from-env .env",
    )


def run(options: Options) -> int:
    """Ask what the options leave open, and write the site file."""
    from solarrally_tui.commands.shared.prompts import asker
    from solarrally_tui.commands.source import pin

    if options.file.exists() and not options.force:
        say(f"{options.file} exists. Choose another name, or add --force to replace it.")
        return Exit.REFUSED
    try:
        old = _from_environment(options.from_env) if options.from_env else {}
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or error
        say(f"{options.from_env} cannot be read as an environment file: {why}.")
        return Exit.INVALID_SITE
    try:
        draft = _prepared(options, old)
    except (OSError, ValueError) as error:
        say(f"{options.answers} cannot be read as answers: {error}.")
        return Exit.INVALID_SITE
    given = _paths(draft.answers)
    if REF in given and COMMIT not in given:
        say(pin(draft))
    can_ask = sys.stdin.isatty() or bool(os.environ.get("ACCESSIBLE"))
    if not (options.defaults or options.answers or can_ask):
        say("There is no terminal to ask on. Use --answers FILE, --defaults or ACCESSIBLE=1.")
        return Exit.USAGE
    if can_ask and not options.defaults:
        try:
            known = _paths(draft.answers) if options.answers else frozenset(old)
            ask_all(draft, asker(), known, seldom=options.all)
        except (EOFError, KeyboardInterrupt):
            say("Nothing was written.")
            return Exit.REFUSED
    return _write(draft, options.file)


def _from_environment(path: Path) -> dict[str, Any]:
    """Return the answers of an old installation by their paths; say what becomes of its variables.

    Raises OSError, and ValueError for a file that is none.
    """
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.interview.old_environment import read
    from solarrally_tui.interview.problem_text import in_words
    from solarrally_tui.text.table import fit

    found, answers = read(path), {}
    for answer in found.answers:
        trial = Draft()
        trial.set(answer.path, answer.value)
        problem = trial.problems_in((answer.path,)).get(answer.path)
        if problem:
            say(fit(f"{answer.variable} is not used for {answer.path}. {in_words(problem)}"))
        else:
            answers[answer.path] = answer.value
            shown = str(answer.value).lower() if answer.value is True else answer.value
            say(fit(f"{answer.variable} gives {answer.path} = {shown}."))
    for name, instead in found.secrets:
        say(fit(f"{name} is a secret and was not copied: {instead}"))
    for name, why in found.not_needed:
        say(fit(f"{name} is not needed: {why}"))
    if found.unknown:
        say(fit(f"The application does not read: {', '.join(found.unknown)}."))
    if not any((found.answers, found.secrets, found.not_needed, found.unknown)):
        raise ValueError("it has no variables")
    return answers


def _prepared(options: Options, old: Mapping[str, Any]) -> "Draft":
    """Return a draft with the given answers on top of the defaults.

    old: answers of an old installation, by their paths; --answers goes before them.
    """
    from solarrally_tui.interview.draft import Draft

    draft = Draft()
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if region:
        draft.set("region", region)
    for path, value in old.items():
        draft.set(path, value)
    if options.answers:
        given = tomllib.loads(options.answers.read_text(encoding="utf-8"))
        draft.answers = _merged(draft.answers, given)
    elif options.defaults:
        draft.set("name", options.file.stem)
    return draft


def _merged(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(base[key], value) if isinstance(value, dict) else value
        for key, value in top.items()
        if isinstance(base.get(key), dict)
    }
    return {**base, **top, **both}


def _paths(answers: Mapping[str, Any], before: str = "") -> frozenset[str]:
    """Return the dotted path of every answer."""
    paths: set[str] = set()
    for key, value in answers.items():
        path = f"{before}{key}"
        paths |= _paths(value, f"{path}.") if isinstance(value, dict) else {path}
    return frozenset(paths)


def ask_all(
    draft: "Draft", ask: "Asker", known: frozenset[str] = frozenset(), *, seldom: bool = False
) -> None:
    """Ask every question of the registry that applies and has no good answer yet.

    seldom: also those that few sites need to answer.
    """
    for step, question in _questions():
        if not question.applies(draft):
            continue
        answered = question.path in known or (question.seldom and not seldom)
        if answered and not draft.problems_in((question.path,)):
            continue
        if question is step.questions[0]:
            say(f"\n{step.title}")
        _ask(draft, ask, question)


def _questions() -> "Iterator[tuple[WizardStep, Question]]":
    from solarrally_tui.interview.steps import BY_ID, ORDER

    for step_id in ORDER:
        for question in BY_ID[step_id].questions:
            yield BY_ID[step_id], question


def _ask(draft: "Draft", ask: "Asker", question: "Question") -> None:
    from solarrally_tui.commands.source import pin
    from solarrally_tui.interview.questions import QuestionKind

    label, hint = question.label, question.hint
    if question.kind is QuestionKind.TICK:
        draft.set(question.path, ask.tick(label, bool(draft.get(question.path)), hint))
    elif question.kind is QuestionKind.PICK:
        value = draft.text(question.path)
        known = {choice for choice, _ in question.choices}
        choices = question.choices if value in known else ((value, "as given"), *question.choices)
        _take(draft, question.path, ask.pick(label, choices, value, hint))
    else:
        answer = ask.text(
            label, draft.text(question.path), lambda text: _problem(draft, question, text), hint
        )
        _take(draft, question.path, answer)
        if answer and question.path == REF:
            say(pin(draft))


def _take(draft: "Draft", path: str, value: str) -> None:
    from solarrally_tui.site.tiers import Tier

    if path == "tier" and value in set(Tier):
        draft.choose_tier(Tier(value))
    else:
        draft.set(path, value or None)


def _problem(draft: "Draft", question: "Question", text: str) -> str:
    """Return what is wrong with an answer, given those before it."""
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.interview.problem_text import in_words

    if len(text) > _LONGEST or not text.isprintable():
        return "This answer is too long, or it is not plain text."
    trial = Draft(draft.answers)
    _take(trial, question.path, text)
    problem = trial.problems_in((question.path,)).get(question.path)
    return in_words(problem) if problem else ""


def _write(draft: "Draft", path: Path) -> int:
    from solarrally_tui.site.files import save
    from solarrally_tui.site.problems import SiteError

    try:
        site = draft.site()
        save(site, path)
    except SiteError as error:
        say("These answers do not describe a site yet.")
        for problem in error.problems:
            say(f"  {problem}")
        return Exit.INVALID_SITE
    except OSError as error:
        say(f"{path} cannot be written. {why_not(error)}")
        return Exit.FAILED
    show(str(path))
    say(price_sentence(site))
    say(f"What it consists of: solarrally estimate {path}")
    say(f"To deploy it: solarrally deploy {path}")
    return Exit.OK
