"""What commands share: options, the terminal, the door, runs and their events, plain prompts.

Imports the engine, not the screens and no command.
"""
