"""Commands that prove or use a backup."""
