"""The questions, the answers so far, and the steps. Imports findings and site; knows no Textual."""
