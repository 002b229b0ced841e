"""Hostile text from AWS and from files in what commands print: nothing that a terminal obeys."""

import ast
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from solarrally_tui.aws.errors import Plain
from solarrally_tui.commands import preflight
from solarrally_tui.commands.shared.event_readers import (
    print_json,
    print_plain,
    print_result,
    result_json,
)
from solarrally_tui.commands.shared.prompts import Lines
from solarrally_tui.commands.shared.terminal import explain, read_site, say, show, start_page
from solarrally_tui.commands.site_files.init import ask_all
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis, Sureness, Unknown
from solarrally_tui.health.diagnosis.render import to_json, to_markdown, to_table
from solarrally_tui.health.render import table
from solarrally_tui.health.render import to_json as report_json
from solarrally_tui.health.report import Check, Report
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.questions import QuestionKind
from solarrally_tui.interview.steps import QUESTIONS
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome
from solarrally_tui.site.files import dumps, loads

HOSTILE = (
    "[/b][red]x[@click=app.quit]y[/]",
    "a\x1b]52;c;ZXZpbA==\x07\x1b[2Jb\x00\x9b1m\x7f\r\b",
    "x" * 10_000,
    "\u202eevil\u2066\u200b",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467e\u0301",
    "'\"`$(rm -rf ~);&|>\\ {{7*7}} %s {0} ${HOME}",
    "- !!python/object:os.system [x]\n---\n*a: &b # c",
    "Deployed.\n✓ edge: done",
)
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PACKAGE = Path(preflight.__file__).parents[1]


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    said = "".join(capsys.readouterr())
    assert said
    assert not CONTROL.search(said)
    return said


@pytest.mark.parametrize("text", HOSTILE)
def test_a_run_prints_one_harmless_line_an_event(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    event = Event("2026-01-02T10:00:00Z", text, text, State.FAILED, text, text, text, text)
    print_plain(event)
    assert printed(capsys).count("\n") == 1
    print_json(event)
    said = printed(capsys)
    assert json.loads(said) == event.to_json()
    assert said.count("\n") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_the_last_word_of_a_run_is_harmless(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome(
        Exit.FAILED,
        text,
        Plain(what=text, why=text, next=text, detail=text),
        {text: {text: text}},
        (Kept(text, text, None),),
    )
    print_result(text, outcome, as_json=False)
    printed(capsys)
    print_result("barn", outcome, as_json=True)
    told = json.loads(printed(capsys))
    assert told == result_json("barn", outcome) | {"time": told["time"]}


def diagnosis(text: str) -> Diagnosis:
    seen = Evidence(text, text, text, text)
    cause = Candidate(text, text, Sureness.CERTAIN, text, text, (seen,), (seen,))
    noon = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
    return Diagnosis(
        site="barn",
        region=text,
        account=text,
        time=noon,
        health=Severity.FAIL,
        causes=(cause,),
        past=(cause,),
        fine=(seen,),
        kept=(replace(seen, kept=noon),),
        slow=(seen,),
        unknown=(Unknown(text, text),),
        asked=3,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_status_diagnosis_and_preflight_are_harmless(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = diagnosis(text)
    report = Report("barn", (Check(text, text, Severity.FAIL, text),))
    found = (Finding(text, text, Severity.FAIL, text, text),)
    for each in (to_table(told), to_markdown(told), table(report), preflight.text(found)):
        show(each)
        printed(capsys)
    for each in (to_json(told), json.dumps(report_json(report))):
        show(each)
        assert json.loads(printed(capsys)) == json.loads(each)


@pytest.mark.parametrize("text", HOSTILE)
def test_an_error_is_told_in_harmless_words(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    explain(Plain(what=text, why=text, next=text, detail=text))
    say(text, text)
    printed(capsys)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_site_file_is_refused_in_harmless_words(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "barn.toml"
    for answers in (text, f"name = {json.dumps(text)}\n", f"{json.dumps(text)} = 1\n"):
        path.write_text(answers, encoding="utf-8")
        assert read_site(path) is None
        assert "is not a valid site file" in printed(capsys)


def test_plain_prompts_refuse_hostile_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"name": "barn", "alerts.email": "ops@example.com", "region": "us-east-1"}
    draft = Draft(
        {
            "name": "barn",
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
        }
    )
    typed: list[str] = []
    for asked in (question for step in QUESTIONS for question in step.questions):
        if asked.when is not None and not asked.when(draft):
            continue
        typed += [text for text in HOSTILE if text.strip()]
        usual = "no" if asked.kind is QuestionKind.TICK else good.get(asked.path, "")
        typed.append(usual)
    answers = iter(typed)
    monkeypatch.setattr("builtins.input", lambda _="": next(answers))
    ask_all(draft, Lines(), seldom=True)
    assert next(answers, None) is None
    assert loads(dumps(draft.site())) == draft.site()
    printed(capsys)


@pytest.mark.parametrize(("terminal", "page"), [(True, "\x1b[H\x1b[J"), (False, "")])
def test_only_a_terminal_gets_a_new_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool, page: str
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    start_page()
    show("Status")
    assert capsys.readouterr().out == f"{page}Status\n"


def test_only_one_place_prints() -> None:
    """Everything else says what it has to say through it, the simulator apart."""
    own = {"commands/shared/terminal.py", "commands/pricing/price_refresh.py"}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "simulator" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"print", "sys.stdout.write", "sys.stderr.write"}
    }
    assert found == own
