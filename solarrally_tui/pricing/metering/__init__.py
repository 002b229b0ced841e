"""From resources and usage to priced lines, as AWS meters them.

May import the price book, stacks, blueprints and site.
"""
