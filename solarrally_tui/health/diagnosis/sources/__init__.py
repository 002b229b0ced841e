"""Sources of evidence, one file for each service. Imports the diagnosis's own foundations."""
