"""Commands of site files: init, clone, validate. Imports interview/ and shared/."""
