"""The program that loads a dump, as a task of the site runs it: with the application's own Python.

The database is reached by nobody but tasks, so a dump goes in through one. It is a text because
the task is given it as its command; nothing here runs it. What it loads was judged before the
upload (dump_statements.py).

With REHEARSAL in its environment it does the same, and undoes it. Rows that wait for the end of the
transaction to be checked are checked before. PostgreSQL does not give back the numbers that
sequences handed out meanwhile.
"""

from typing import Final

PROGRAM: Final = r"""
import asyncio, os, sys, time, urllib.request
import asyncpg

def statements():
    with urllib.request.urlopen(os.environ["DUMP_URL"], timeout=60) as answer:
        return answer.read().decode("utf-8")

async def counts(connection):
    tables = ("users", "charging_sessions")
    found = [await connection.fetchval(f"SELECT count(*) FROM public.{t}") for t in tables]
    return dict(zip(tables, found))

async def main():
    text = statements()
    connection = await asyncpg.connect(timeout=30)
    before = await counts(connection)
    transaction = connection.transaction()
    await transaction.start()
    began = time.monotonic()
    try:
        await connection.execute(text)
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        after = await counts(connection)
        rehearsed = "REHEARSAL" in os.environ
        await (transaction.rollback() if rehearsed else transaction.commit())
    except asyncpg.PostgresError as error:
        print(f"import: nothing was imported. {type(error).__name__}: {error}")
        sys.exit(4)
    for table in before:
        print(f"import: {table} {before[table]} -> {after[table]}")
    if rehearsed:
        print(f"import: in {time.monotonic() - began:.1f} s, then undone")
    await connection.close()

asyncio.run(main())
"""
