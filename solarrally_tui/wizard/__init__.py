"""What the screens ask of the engine: one protocol each beside its engine. Knows no Textual.

Imports provisioning, health, chargers and the rooms below them.
"""
