"""Account: the step and its dialogs."""
