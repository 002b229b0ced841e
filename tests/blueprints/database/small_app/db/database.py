"""As much of the application's database as the administrator's program uses."""

import os

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

engine = create_async_engine(os.environ["DATABASE_URL"], echo=True)
AsyncSessionLocal = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


async def create_db_and_tables() -> None:
    from models.user import Base

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


async def init_default_roles() -> None:
    from models.user import Role
    from sqlalchemy import select

    async with AsyncSessionLocal() as session:
        for number, name in enumerate(("admin", "operator", "user", "guest"), 1):
            if (await session.execute(select(Role).where(Role.id == number))).first() is None:
                session.add(Role(id=number, name=name))
        await session.commit()
