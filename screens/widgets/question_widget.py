"""The widget of a question, and the question of a widget."""

from typing import assert_never

from textual.widget import Widget

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.questions import Question, QuestionKind
from solarrally_tui.interview.steps import find_question
from solarrally_tui.screens.widgets.choice import Tick
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.pick import Pick


def widget_of(asked: Question, draft: Draft, placeholder: str = "") -> Widget:
    """Return a widget that asks a question and shows the draft's answer."""
    value = draft.text(asked.path)
    match asked.kind:
        case QuestionKind.TICK:
            return Tick(asked.label, bool(draft.get(asked.path)), path=asked.path)
        case QuestionKind.PICK:
            return Pick(asked.path, asked.label, asked.choices, value, asked.hint)
        case QuestionKind.TEXT | QuestionKind.NUMBER:
            shown = placeholder or asked.placeholder
            return Field(asked.path, asked.label, asked.hint, value=value, placeholder=shown)
        case _:
            assert_never(asked.kind)


def asked_by(widget: Widget | None) -> Question | None:
    """Return the question that a widget, or one around it, asks."""
    here = widget
    while isinstance(here, Widget):
        path = getattr(here, "path", "")
        if isinstance(path, str) and path:
            return find_question(path)
        parent = here.parent
        here = parent if isinstance(parent, Widget) else None
    return None
