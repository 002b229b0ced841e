"""Commands that prove a backup: a drill. Imports shared/."""
