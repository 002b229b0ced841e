"""Work on a running site: a new database password, a dump to load."""
