"""AWS Budgets."""

import copy

from ministack.core.responses import get_account_id

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    physical_name,
    resource,
)


def _budget(properties: Properties, name: str) -> Properties:
    budget = copy.deepcopy(properties["Budget"])
    budget.setdefault("BudgetName", name)
    if "BudgetLimit" in budget:
        budget["BudgetLimit"]["Amount"] = str(budget["BudgetLimit"]["Amount"])
    return dict(budget)


def _notifications(properties: Properties) -> list[Properties]:
    """Return who is told when, with numbers where a template's parameter gave a text."""
    told: list[Properties] = copy.deepcopy(properties.get("NotificationsWithSubscribers", []))
    for each in told:
        each["Notification"]["Threshold"] = float(each["Notification"]["Threshold"])
    return told


def _create(logical_id: str, properties: Properties, stack: str) -> ReturnValues:
    budget = _budget(properties, physical_name(stack, logical_id, longest=100))
    api("budgets").create_budget(
        AccountId=get_account_id(),
        Budget=budget,
        NotificationsWithSubscribers=_notifications(properties),
    )
    return budget["BudgetName"], {}


def _update(name: str, _old: Properties, new: Properties, _stack: str) -> ReturnValues:
    api("budgets").update_budget(AccountId=get_account_id(), NewBudget=_budget(new, name))
    return name, {}


def _delete(name: str, _properties: Properties) -> None:
    api("budgets").delete_budget(AccountId=get_account_id(), BudgetName=name)


resource(
    "AWS::Budgets::Budget", create=_create, update=_update, delete=_delete, tags="ResourceTags"
)
