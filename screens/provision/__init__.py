"""Provision: the step, and how it describes a run.

Imports the frame, common, domain's list of records, wizard and the rooms below it.
"""
