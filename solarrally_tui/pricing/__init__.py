"""What a site costs a month: usage times AWS's list prices, and quotes.

Pure apart from the price book's files and its refresh. May import aws, blueprints, stacks,
architecture, interview, site, computer and text.
"""
