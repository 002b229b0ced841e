"""The address of a deployed site as viewers reach it. Part of deployed/."""
