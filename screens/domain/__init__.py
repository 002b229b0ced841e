"""Domain: the step and its dialogs."""
