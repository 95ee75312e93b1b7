"""Linking: names in a stranger's table to the graph's things, and the graph's things to identifiers elsewhere.

`names` brings spellings together, `gazetteer` knows the world's places, `match` decides, `things` are the graph's own,
`files` reads and writes tables. `links` are judgements with their grounds, `proposing` finds pairs for a person to
judge, `judgements` remembers what was said. Nothing is ever linked that cannot be told apart.
"""
