"""Languages of a quote: texts in one file each, numbers and dates as a locale writes them.

May import nothing of ours.
"""
