"""The questions, the answers so far, and the steps. Imports site; knows no Textual."""
