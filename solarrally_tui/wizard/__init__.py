"""What the screens ask of the engine: one protocol each beside its engine. Knows no Textual."""
