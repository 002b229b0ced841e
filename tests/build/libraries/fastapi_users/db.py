"""The generic base table has no id column; the mapper refuses such a class."""

from typing import Generic, TypeVar

Id = TypeVar("Id")


class SQLAlchemyBaseUserTable(Generic[Id]):
    """Without an id."""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        if not hasattr(cls, "id"):
            raise TypeError(f"{cls.__name__} could not assemble any primary key columns")


class SQLAlchemyBaseUserTableUUID(SQLAlchemyBaseUserTable[str]):
    """With an id."""

    id = "uuid"
