"""Enriching: what others say of the things that ours are linked to, asked of their SPARQL endpoints.

`settings` reads which endpoints there are, `endpoint` is the door to the network, `values` says what is believed,
`cache` keeps answers on disk, `asking` goes through all things in batches, `findings` writes a graph apart from the
curated one, `disagreeing` lists what is not as ours.
"""
