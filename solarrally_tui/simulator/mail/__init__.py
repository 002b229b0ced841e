"""E-mail of the embedded account: what SNS sends, and the mailbox that reads it."""
