"""AWS Backup: selections."""

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, resource


def _create(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    plan = properties["BackupPlanId"]
    selection = api("backup").create_backup_selection(
        BackupPlanId=plan, BackupSelection=properties["BackupSelection"]
    )["SelectionId"]
    name = f"{selection}_{plan}"
    return name, {"SelectionId": selection, "BackupPlanId": plan, "Id": name}


resource(
    "AWS::Backup::BackupSelection",
    create=_create,
    delete=lambda name, properties: api("backup").delete_backup_selection(
        BackupPlanId=properties["BackupPlanId"], SelectionId=name.partition("_")[0]
    ),
)
