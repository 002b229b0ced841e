"""The deletion protection of databases: lifted where they go, put back where they stay."""

from typing import Any, Final

from solarrally_tui.aws.door import Door

DATABASE: Final = "AWS::RDS::DBInstance"


async def lift(door: Door, database: str) -> bool:
    """Lift the protection of a database; return whether it had any. Raises AwsError."""
    return await _set(door, database, protected=False)


async def put_back(door: Door, database: str) -> bool:
    """Protect a database; return whether it had no protection. Raises AwsError."""
    return await _set(door, database, protected=True)


async def _set(door: Door, database: str, *, protected: bool) -> bool:
    response = await door.find("rds", "describe_db_instances", DBInstanceIdentifier=database)
    found: list[dict[str, Any]] = response["DBInstances"] if response else []
    if not found or bool(found[0].get("DeletionProtection")) is protected:
        return False
    await door.call(
        "rds",
        "modify_db_instance",
        DBInstanceIdentifier=database,
        DeletionProtection=protected,
        ApplyImmediately=True,
    )
    return True
