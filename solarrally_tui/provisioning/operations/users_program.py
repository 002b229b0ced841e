"""The program that lists and changes users, as a task of the site runs it.

It uses the application's own models, so that the two never differ on what a user is. It is a text
because the task is given it as its command; nothing here runs it. What it is asked for comes in the
variable USERS_REQUEST, and what it answers goes to the address in there, so that the log of the
task has neither an e-mail address nor a password.
"""

from typing import Final

PROGRAM: Final = r"""
import asyncio, json, os, urllib.request
from db.database import AsyncSessionLocal, create_db_and_tables, engine, init_default_roles
from fastapi_users.password import PasswordHelper
from models import user as models
from sqlalchemy import func, select, update

engine.sync_engine.echo = False
engine.sync_engine.hide_parameters = True
asked = json.loads(os.environ["USERS_REQUEST"])
User, Role = models.User, models.Role

def row(user, role):
    seen = getattr(user, "last_login", None)
    return {"email": user.email, "role": role, "active": bool(user.is_active),
            "last_login": seen.isoformat() if seen else None}

async def find(session):
    named = func.lower(User.email) == asked["email"].lower()
    return (await session.execute(select(User).where(named))).scalars().first()

async def list_(session):
    query = select(User, Role.name).outerjoin(Role, Role.id == User.role_id).order_by(User.email)
    return {"users": [row(*each) for each in await session.execute(query)]}

async def add(session):
    if await find(session):
        return {"refused": "exists"}
    named = select(Role.id).where(Role.name == asked["role"])
    role = (await session.execute(named)).scalar_one()
    user = User(email=asked["email"].lower(), role_id=role, is_verified=True, is_active=True)
    user.is_superuser = asked["role"] == "admin"
    user.hashed_password = PasswordHelper().hash(asked["password"])
    session.add(user)
    return {}

async def remove(session):
    user = await find(session)
    if not user:
        return {"refused": "unknown"}
    sessions = getattr(models, "ChargingSession", None)
    if sessions is not None:
        theirs = update(sessions).where(sessions.user_id == user.id)
        await session.execute(theirs.values(user_id=None))
    await session.delete(user)
    return {}

async def reset_password(session):
    user = await find(session)
    if not user:
        return {"refused": "unknown"}
    user.hashed_password = PasswordHelper().hash(asked["password"])
    user.is_active = True
    return {}

async def main():
    await create_db_and_tables()
    await init_default_roles()
    actions = {"list": list_, "add": add, "remove": remove, "reset-password": reset_password}
    async with AsyncSessionLocal() as session:
        answer = await actions[asked["action"]](session)
        await session.commit()
    body = json.dumps(answer).encode()
    sent = urllib.request.Request(asked["answer_to"], body, method="PUT")
    urllib.request.urlopen(sent, timeout=60).close()
    print("users: done")

asyncio.run(main())
"""
