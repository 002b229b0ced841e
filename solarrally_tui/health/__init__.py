"""Probes, findings and the verdict on a deployed site."""
