"""What an operator decides: one frozen, validated Site, and the names derived from it.

Pure apart from reading and writing site files. May import findings and text only.
"""
