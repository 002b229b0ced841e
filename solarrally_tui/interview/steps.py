"""The steps of the wizard in order: one registry for the rail, the checks and the review."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.interview import questions
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.questions import Question


class StepState(Signed):
    """What the rail shows for a step."""

    DONE = "done"
    OPEN = "open"
    RUNNING = "running"
    """What it does is under way."""
    WRONG = "wrong"
    """An answer is missing or not valid, or nobody is signed in."""
    STOPS = "stops"
    """Something that was found there would stop a deployment."""
    FAILED = "failed"
    """What it does has failed."""


@dataclass(frozen=True, slots=True)
class WizardStep:
    """One screen of the wizard."""

    id: str
    title: str
    questions: tuple[Question, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Dotted paths of the answers that this step asks for."""
        return tuple(question.path for question in self.questions)

    def complete(self, draft: Draft) -> bool:
        """Whether every answer of this step is valid."""
        return not draft.problems_in(self.fields)


STEPS: Final = (
    WizardStep("welcome", "Welcome", questions.WELCOME),
    WizardStep("account", "Account", questions.ACCOUNT),
    WizardStep("billing", "Billing alerts", questions.BILLING),
    WizardStep("domain", "Domain", questions.DOMAIN),
    WizardStep("size", "Size", questions.SIZE),
    WizardStep("application", "Application", questions.APPLICATION),
    WizardStep("review", "Review"),
    WizardStep("provision", "Provision"),
    WizardStep("charger", "First charger"),
    WizardStep("status", "Status"),
)
BY_ID: Final = {step.id: step for step in STEPS}
ASKED: Final = {question.path: (question, step) for step in STEPS for question in step.questions}
"""Each question with the step that asks it, by the path of its answer."""
ORDER: Final = tuple(step.id for step in STEPS)
QUESTIONS: Final = tuple(step for step in STEPS if step.questions)


def neighbour(step_id: str, offset: int) -> str:
    """Return the step before (-1) or after (1); the first and last have no further one."""
    index = ORDER.index(step_id) + offset
    return ORDER[min(max(index, 0), len(ORDER) - 1)]


def position(step_id: str) -> str:
    """Return which step it is, such as "Step 3 of 9 · Domain"."""
    step, index = BY_ID[step_id], ORDER.index(step_id)
    return f"Step {index} of {len(ORDER) - 1} · {step.title}" if index else step.title


def first_incomplete(draft: Draft) -> WizardStep | None:
    """Return the first step with an answer missing or wrong."""
    return next((step for step in QUESTIONS if not step.complete(draft)), None)


def find_question(path: str) -> Question | None:
    """Return the question of a dotted path; None where no step asks it."""
    every = (asked for step in BY_ID.values() for asked in step.questions)
    return next((asked for asked in every if asked.path == path), None)


def step_asking(path: str) -> WizardStep | None:
    """Return the step that asks for the answer of a dotted path; None where none does."""
    return next((step for step in QUESTIONS if path in step.fields), None)


def question(path: str) -> Question:
    """Return the question of a dotted path. Raises LookupError where no step asks it."""
    asked = find_question(path)
    if asked is None:
        raise LookupError(path)
    return asked
