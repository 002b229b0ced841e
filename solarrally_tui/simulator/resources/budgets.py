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
    """Return the notifications with numbers: a template's parameter makes texts of them."""
    notifications: list[Properties] = copy.deepcopy(
        properties.get("NotificationsWithSubscribers", [])
    )
    for notification in notifications:
        threshold = notification["Notification"]["Threshold"]
        notification["Notification"]["Threshold"] = float(threshold)
    return notifications


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


resource(
    "AWS::Budgets::Budget",
    create=_create,
    update=_update,
    delete=lambda name, _: api("budgets").delete_budget(
        AccountId=get_account_id(), BudgetName=name
    ),
    tags="ResourceTags",
)
