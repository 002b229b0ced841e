"""Text that people read: control characters, secrets, tables. Imports nothing of ours."""
