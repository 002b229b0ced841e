"""Work on a running site: a new database password, a dump to import.

May import deployment and what is below it; neither preview nor teardown.
"""
