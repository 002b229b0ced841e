"""What the screens need from the engine: each protocol beside its engine. Knows no Textual.

Imports provisioning, health, chargers and the rooms below them.
"""
