"""Images and the page: built in the account, or given."""
