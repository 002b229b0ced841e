"""What pg_dump writes, read without PostgreSQL: its archives, and rows of COPY. Pure.

Part of operations/; imports none of its modules.
"""
