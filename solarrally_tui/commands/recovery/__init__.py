"""Commands that prove a backup and return from one: a drill, a recovery. Imports shared/."""
