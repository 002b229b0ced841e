"""What each status of a stack means, and which way leads on from it: one table for all commands.

Which calls AWS accepts in a status is in the CloudFormation API reference (ContinueUpdateRollback,
RollbackStack, DeleteStack) and in the user guide (stack status codes, stack failure options).
docs/operations.md shows this table, and a test walks every way.
"""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from solarrally_tui.findings.severity import Severity


class Deploying(Enum):
    """What `deploy` does with a stack; the value is in words."""

    CHANGES = "changes it with a change set, where anything differs"
    CREATES = "creates it"
    WAITS = "waits for the end of the operation, then continues from there"
    STARTS_OVER = "deletes what is left and creates it again; asks first where anything is left"
    ROLLS_BACK = "rolls the failed update back, then changes it; asks first where that loses data"
    CONTINUES = "continues the rollback, then changes it; skips only what you name"
    TRIES = "tries to change it, and says what to do where AWS refuses"
    REFUSES = "refuses"


class Destroying(Enum):
    """What `destroy` does with a stack; the value is in words."""

    DELETES = "deletes it"
    WAITS = "waits for the end of the operation, then deletes it"
    JOINS = "waits until it is deleted"
    RETRIES = "deletes it again, with pauses; leaves only what you name"
    NOTHING = "has nothing to do"
    REFUSES = "refuses"


@dataclass(frozen=True, slots=True)
class StackStatus:
    """One status of a stack."""

    name: str
    """As AWS calls it."""
    means: str
    """A sentence about {stack}; empty where nothing has to be said."""
    severity: Severity
    """What `status` shows."""
    deploy: Deploying
    destroy: Destroying
    next: str = ""
    """What the operator does next, in `status` and `diagnose`."""


_AGAIN: Final = "Run solarrally deploy FILE again."
_FIRST: Final = "The first creation of {stack} failed"


def _good(name: str) -> StackStatus:
    return StackStatus(name, "", Severity.OK, Deploying.CHANGES, Destroying.DELETES)


def _busy(name: str, doing: str) -> StackStatus:
    return StackStatus(
        name,
        f"{{stack}} is being {doing}.",
        Severity.WARN,
        Deploying.WAITS,
        Destroying.JOINS if name.startswith("DELETE") else Destroying.WAITS,
        "Wait, or run solarrally deploy to watch. It joins the operation in progress.",
    )


def _undone(name: str, what: str) -> StackStatus:
    means = f"The last {what} of {{stack}} failed and was rolled back."
    then = f"{_AGAIN} The next change of the stack that succeeds ends this warning."
    return StackStatus(name, means, Severity.WARN, Deploying.CHANGES, Destroying.DELETES, then)


def _dead(name: str, means: str) -> StackStatus:
    # Only CREATE_FAILED and these can be deleted and nothing else, short of RollbackStack, which
    # deletes what was created as well.
    then = f"{_AGAIN} It creates the stack again, and asks first where anything is left in it."
    return StackStatus(name, means, Severity.FAIL, Deploying.STARTS_OVER, Destroying.DELETES, then)


STATUSES: Final = MappingProxyType(
    {
        status.name: status
        for status in (
            _good("CREATE_COMPLETE"),
            _good("UPDATE_COMPLETE"),
            _good("IMPORT_COMPLETE"),
            _undone("UPDATE_ROLLBACK_COMPLETE", "change"),
            _undone("IMPORT_ROLLBACK_COMPLETE", "import of resources"),
            _busy("CREATE_IN_PROGRESS", "created"),
            _busy("UPDATE_IN_PROGRESS", "changed"),
            _busy("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "changed"),
            _busy("IMPORT_IN_PROGRESS", "changed by an import"),
            _busy("ROLLBACK_IN_PROGRESS", "rolled back: its creation failed"),
            _busy("UPDATE_ROLLBACK_IN_PROGRESS", "rolled back: its last change failed"),
            _busy("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "rolled back"),
            _busy("IMPORT_ROLLBACK_IN_PROGRESS", "rolled back: its import failed"),
            _busy("DELETE_IN_PROGRESS", "deleted"),
            StackStatus(
                "REVIEW_IN_PROGRESS",
                "{stack} was never created: a change set waits in it.",
                Severity.FAIL,
                Deploying.CREATES,
                Destroying.DELETES,
                _AGAIN,
            ),
            _dead("CREATE_FAILED", f"{_FIRST}, and nothing was rolled back."),
            _dead("ROLLBACK_COMPLETE", f"{_FIRST} and was rolled back."),
            _dead("ROLLBACK_FAILED", f"{_FIRST}, and AWS could not delete all that it created."),
            StackStatus(
                "DELETE_FAILED",
                "AWS could not delete all of {stack}.",
                Severity.FAIL,
                Deploying.STARTS_OVER,
                Destroying.RETRIES,
                "Run solarrally destroy again, or solarrally deploy to delete the rest and create "
                "it again. Both ask first where anything is left.",
            ),
            StackStatus(
                "UPDATE_FAILED",
                "The last change of {stack} failed, and was not rolled back.",
                Severity.FAIL,
                Deploying.ROLLS_BACK,
                Destroying.DELETES,
                f"{_AGAIN} It rolls the failed change back first.",
            ),
            StackStatus(
                "UPDATE_ROLLBACK_FAILED",
                "The last change of {stack} failed, and so did its rollback.",
                Severity.FAIL,
                Deploying.CONTINUES,
                Destroying.DELETES,
                f"{_AGAIN} It continues the rollback first, and names what AWS cannot roll back.",
            ),
            StackStatus(
                "IMPORT_ROLLBACK_FAILED",
                "An import of resources into {stack} failed, and so did its rollback.",
                Severity.FAIL,
                Deploying.TRIES,
                Destroying.DELETES,
                "Run solarrally deploy. Where AWS refuses a change in this state, ask AWS Support "
                "how to end it, or delete the site: the final snapshot keeps its data.",
            ),
            StackStatus(
                "DELETE_COMPLETE",
                "{stack} was deleted.",
                Severity.FAIL,
                Deploying.CREATES,
                Destroying.NOTHING,
                f"{_AGAIN} It creates the stack again.",
            ),
        )
    }
)
"""Every status that AWS has, by its name."""


def status_of(name: str) -> StackStatus:
    """Return what a status means; one that AWS has added since is unknown, and changes nothing."""
    return STATUSES.get(name) or StackStatus(
        name,
        f"{{stack}} is in {name}, which this version does not know.",
        Severity.UNKNOWN,
        Deploying.TRIES,
        Destroying.DELETES,
        "Look it up in the CloudFormation user guide, under stack status codes.",
    )
