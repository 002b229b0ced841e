"""solarrally init: the wizard's questions in plain lines, and without any."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from solarrally_tui.commands.shared.prompts import Lines, Questionary
from solarrally_tui.commands.site_files.init import ask_all
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.questions import Question, QuestionKind
from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.interview.steps import BY_ID, QUESTIONS
from solarrally_tui.site.files import load
from solarrally_tui.site.tiers import Tier

ROOT = Path(__file__).parents[2]


def init(folder: Path, *words: str, typed: str = "", **environment: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "solarrally_tui", "init", *words],
        env={
            "PATH": "/usr/bin",
            "PYTHONPATH": str(ROOT),  # the folder is another one, and would find another copy
            "HOME": str(folder),
            "TERM": "dumb",
            **environment,
        },
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


TYPED = {
    "name": ("B", "barn"),
    "region": (str(list(REGIONS).index("ap-southeast-1") + 1),),
    "alerts.email": ("ops", "ops@example.com"),
    "alerts.monthly_budget_usd": ("120",),
    "alerts.anomaly_detection": ("maybe", "no"),
    "tier": ("2",),
}


def lines_for(answers: dict[str, object]) -> list[str]:
    """Return what is typed, question by question; an empty line where a default will do."""
    draft = Draft(answers)
    asked = [question for step in QUESTIONS for question in step.questions]
    due = [each for each in asked if each.applies(draft) and not each.seldom]
    return [line for each in due for line in TYPED.get(each.path, ("",))]


def test_lines_ask_again_until_the_answer_is_right(tmp_path: Path) -> None:
    answers = lines_for({"region": "ap-southeast-1"})
    code, said = init(tmp_path, "barn.toml", typed="\n".join(answers) + "\n", ACCESSIBLE="1")
    assert code == 0, said
    site = load(tmp_path / "barn.toml")
    assert (site.name, site.region, site.tier) == ("barn", "ap-southeast-1", Tier.MEDIUM)
    assert (site.alerts.monthly_budget_usd, site.alerts.anomaly_detection) == (120, False)
    assert "Must be 3 to 20 characters" in said
    assert "Must be an e-mail address. Example: ops@example.com" in said
    assert "Type yes or no." in said
    assert "Hosted zone ID" not in said
    assert said.index("Standby database") < said.index("It takes over when the first one fails.")
    assert " USD a month in ap-southeast-1, between " in said.splitlines()[-3]


def test_a_file_that_exists_is_not_replaced_by_accident(tmp_path: Path) -> None:
    (tmp_path / "barn.toml").write_text("mine")
    assert init(tmp_path, "barn.toml", "--defaults")[0] == 5
    assert (tmp_path / "barn.toml").read_text() == "mine"


def test_answers_and_defaults_need_nobody(tmp_path: Path) -> None:
    (tmp_path / "given.toml").write_text(
        'name = "barn"\ntier = "large"\n[alerts]\nemail = "a@example.com"\n'
    )
    code, said = init(tmp_path, "barn.toml", "--answers", "given.toml", "--defaults")
    assert code == 0, said
    site = load(tmp_path / "barn.toml")
    assert (site.tier, site.size.chargers, site.region) == (Tier.LARGE, 500, "us-east-1")


def test_answers_without_a_terminal_take_defaults_for_the_rest(tmp_path: Path) -> None:
    (tmp_path / "given.toml").write_text('[alerts]\nemail = "a@example.com"\n')
    code, said = init(tmp_path, "barn.toml", "--answers", "given.toml")
    assert (code, "name: " in said) == (3, True)
    assert not (tmp_path / "barn.toml").exists()


def test_nothing_is_guessed_without_a_terminal(tmp_path: Path) -> None:
    code, said = init(tmp_path, "barn.toml")
    assert (code, "There is no terminal" in said) == (2, True)


def test_answers_that_are_no_answers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "given.toml").write_text("[[[")
    code, said = init(tmp_path, "barn.toml", "--answers", "given.toml")
    assert (code, "cannot be read as answers" in said) == (3, True)


def test_leaving_writes_nothing(tmp_path: Path) -> None:
    code, said = init(tmp_path, "barn.toml", typed="barn\n", ACCESSIBLE="1")
    assert (code, "Nothing was written." in said) == (5, True)
    assert not (tmp_path / "barn.toml").exists()


@pytest.mark.parametrize("text", ["\x1b[2J$(rm)", "x" * 10_000, "[/b]", "\u202e", "a\tb;`'\""])
def test_hostile_lines_are_refused_in_words(text: str, tmp_path: Path) -> None:
    code, said = init(tmp_path, "barn.toml", typed=f"{text}\nbarn\n", ACCESSIBLE="1")
    assert code == 5
    assert "This answer is too long" in said or "Must be 3 to 20" in said


def test_questionary_takes_keys_and_explains(capsys: pytest.CaptureFixture[str]) -> None:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("B\r")  # refused, stays on the line
        keys.send_text("\x7fbarn\r")
        assert (
            Questionary().text("Name", "", lambda text: "" if text == "barn" else "No.") == "barn"
        )
        keys.send_text("\x1b[B\r")
        assert Questionary().pick("Tier", (("a", "A"), ("b", "B")), "a") == "b"
        keys.send_text("n")
        assert Questionary().tick("Sure", default=True) is False


class Every(Lines):
    """Takes every default, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def text(self, label: str, default: str, check: object, hint: str = "") -> str:
        self.asked.append(label)
        return default

    def pick(self, label: str, choices: object, default: str, hint: str = "") -> str:
        self.asked.append(label)
        return default

    def tick(self, label: str, default: bool, hint: str = "") -> bool:
        self.asked.append(label)
        return default


def test_every_question_of_the_registry_is_asked() -> None:
    ask = Every()
    answers = {
        "region": "us-east-1",
        "tier": "small",
        "domain": {"name": "a.example.com"},
        "access": {"viewing": "addresses", "addresses": ["203.0.113.7"]},
    }
    ask_all(Draft(answers), ask, seldom=True)
    every = [question for step in QUESTIONS for question in step.questions]
    assert ask.asked == [question.label for question in every]
    ask = Every()
    ask_all(Draft(answers), ask)
    assert ask.asked == [question.label for question in every if not question.seldom]
    assert {question.path for question in every if question.seldom} == {
        "alerts.budget",
        "governance.trail",
        "network.avoid_zones",
        "size.shape",
        "size.backup_copy_region",
        "devices.iot_log",
        "devices.fleet_index",
        "domain.charger_host",
        "tariff.currency",
        "tariff.solar_per_kwh",
        "tariff.grid_per_kwh",
    }


def test_a_question_that_is_added_once_is_asked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Question("devices.fault_alarm", "Tell me about faults", kind=QuestionKind.TICK)
    step = BY_ID["application"]
    monkeypatch.setitem(BY_ID, "application", replace(step, questions=(*step.questions, new)))
    ask, draft = Every(), Draft()
    ask_all(draft, ask)
    assert ask.asked[-1] == "Tell me about faults"
    assert draft.get("devices.fault_alarm") is False


OLD = """# the garage
DATABASE_URL="postgresql+asyncpg://solar:canary-1@db:5432/solar"
export JWT_SECRET_KEY='canary-2
second canary-3 line'
JWT_ACCESS_TOKEN_EXPIRE_MINUTES=60
MQTT_BROKER_HOST=10.0.0.7 # the old broker
MQTT_PASSWORD = canary-4
AWS_REGION=eu-west-1
AWS_SECRET_ACCESS_KEY=canary-5
CACHE=redis://:canary-6@cache
MOCK_PUBLISH_INTERVAL=%s
ENVIRONMENT=production
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_old_environment_gives_answers_and_no_secret(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_bytes((OLD % 20).replace("\n", "\r\n").encode(encoding))
    words = ("--from-env", ".env", "--answers", "known.toml", "--defaults")
    (tmp_path / "known.toml").write_text('name = "barn"\n[alerts]\nemail = "ops@example.com"\n')
    code, said = init(tmp_path, "barn.toml", *words)
    assert code == 0, said
    site = load(tmp_path / "barn.toml")
    assert (site.region, site.size.interval_seconds) == ("eu-west-1", 20)
    assert site.application.database_dump
    text = " ".join(said.split())
    assert "JWT_SECRET_KEY is a secret and was not copied" in text
    assert "MQTT_BROKER_HOST is not needed" in text
    assert "The application does not read: ENVIRONMENT." in text
    for name in ("DATABASE_URL", "MQTT_PASSWORD", "AWS_SECRET_ACCESS_KEY", "CACHE"):
        assert f"{name} is a secret" in text
    assert "canary" not in said + (tmp_path / "barn.toml").read_text()


def test_a_value_that_is_no_answer_is_said_and_left_out(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(OLD % "soon")
    (tmp_path / "known.toml").write_text('name = "barn"\n[alerts]\nemail = "ops@example.com"\n')
    words = ("barn.toml", "--from-env", ".env", "--answers", "known.toml")
    code, said = init(tmp_path, *words)
    assert code == 0, said
    assert "MOCK_PUBLISH_INTERVAL is not used for size.interval_seconds" in " ".join(said.split())
    (tmp_path / "none").write_bytes(b"\0" * 10)
    code, said = init(tmp_path, "mill.toml", "--from-env", "none", "--defaults")
    assert (code, "cannot be read as an environment file" in said) == (3, True)
