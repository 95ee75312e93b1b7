"""Linking: names in a stranger's table to the graph's things, and the graph's things to identifiers elsewhere.

`names` brings spellings together, `gazetteer` knows the world's places, `match` decides, `things` are the graph's own,
`files` reads and writes tables. Nothing is ever linked that cannot be told apart.
"""
