"""The program that loads a dump, as a task of the site runs it: with the application's own Python.

The database is reached by nobody but tasks, so a dump goes in through one. It is a text because
the task is given it as its command; nothing here runs it.
"""

from typing import Final

PROGRAM: Final = r"""
import asyncio, os, re, sys, urllib.request
import asyncpg

def stop(words):
    print("import:", words)
    sys.exit(4)

def statements():
    with urllib.request.urlopen(os.environ["DUMP_URL"], timeout=60) as answer:
        raw = answer.read()
    if raw[:5] == b"PGDMP":
        stop("the dump is in pg_dump's own format; make it as text")
    text = raw.decode("utf-8")
    if re.search(r"^COPY .* FROM stdin;$", text, re.MULTILINE):
        stop("the dump has COPY blocks; make it with --column-inserts")
    if "-- PostgreSQL database dump complete" not in text:
        stop("the dump is cut off, or not made by pg_dump")
    # psql's own lines around it, which pg_dump writes since August 2025.
    first = re.match(r"(?:--.*\n|\s*\n)*(\\restrict (\w+)\n)", text)
    if first:
        head, _, tail = text[first.end(1):].rpartition(f"\n\\unrestrict {first[2]}\n")
        return head + "\n" + tail
    return text

async def counts(connection):
    tables = ("users", "charging_sessions")
    found = [await connection.fetchval(f"SELECT count(*) FROM public.{t}") for t in tables]
    return dict(zip(tables, found))

async def main():
    text = statements()
    connection = await asyncpg.connect(timeout=30)
    before = await counts(connection)
    try:
        async with connection.transaction():
            await connection.execute(text)
    except asyncpg.PostgresError as error:
        stop(f"nothing was imported. {type(error).__name__}: {error}")
    after = await counts(connection)
    for table in before:
        print(f"import: {table} {before[table]} -> {after[table]}")
    await connection.close()

asyncio.run(main())
"""
