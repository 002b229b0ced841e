"""The program that examines a restored database, as a task of the site runs it.

It uses the application's own models, so that the two never differ on what belongs into a database.
It is a text because the task is given it as its command; nothing here runs it. What it is asked for
comes in the variable USERS_REQUEST, with the name and the password of the restored database. It
refuses the database that the site uses, and it only reads.
"""

from typing import Final

PROGRAM: Final = r"""
import asyncio, datetime, json, os, sys, urllib.request

asked = json.loads(os.environ["USERS_REQUEST"])
if asked["host"] == os.environ["PGHOST"]:
    sys.exit("drill: this is the database that the site uses")
os.environ.update(PGHOST=asked["host"], PGPORT=str(asked["port"]),
                  PGUSER=asked["user"], PGPASSWORD=asked["password"])

from db.database import engine
from models import user as models
from sqlalchemy import DateTime, func, inspect, select, text

engine.sync_engine.echo = False
engine.sync_engine.hide_parameters = True
tables = models.User.metadata.tables
users, sessions = models.User.__table__, tables.get("charging_sessions")

def missing(connection):
    seen = inspect(connection)
    there = {name: {each["name"] for each in seen.get_columns(name)}
             for name in seen.get_table_names()}
    return sorted(
        [name for name in tables if name not in there]
        + [f"{name}.{column.name}" for name, table in tables.items() if name in there
           for column in table.columns if column.name not in there[name]])

def utc(moment):
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
    return zoned.astimezone(datetime.timezone.utc)

async def count(connection, table, *where):
    query = select(func.count()).select_from(table).where(*where)
    return (await connection.execute(query)).scalar_one()

async def newest(connection, table):
    columns = [c for c in table.columns if isinstance(c.type, DateTime)]
    if not columns:
        return None
    row = (await connection.execute(select(*map(func.max, columns)))).one()
    moments = [utc(each) for each in row if each is not None]
    return max(moments).isoformat() if moments else None

async def examine(connection):
    await connection.execute(text("SET TRANSACTION READ ONLY"))
    version = (await connection.execute(text("SHOW server_version"))).scalar_one()
    answer = {"version": version, "missing": await connection.run_sync(missing)}
    if answer["missing"]:
        return answer
    named = func.lower(users.c.email) == asked["administrator"].lower()
    answer["users"] = await count(connection, users)
    answer["administrator"] = bool(await count(connection, users, named))
    if sessions is not None:
        answer["sessions"] = await count(connection, sessions)
        answer["newest_session"] = await newest(connection, sessions)
    return answer

async def main():
    async with engine.connect() as connection:
        answer = await examine(connection)
    await engine.dispose()
    body = json.dumps(answer).encode()
    sent = urllib.request.Request(asked["answer_to"], body, method="PUT")
    urllib.request.urlopen(sent, timeout=60).close()
    print("drill: done")

asyncio.run(main())
"""
