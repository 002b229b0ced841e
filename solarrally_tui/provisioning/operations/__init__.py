"""Work on a running site: a new database password, a dump, users, a drill of a backup.

May import deployment and what is below it; neither preview nor teardown.
"""
