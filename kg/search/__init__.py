"""Words to things: full-text search over names, descriptions and quotes, with facets.

`index` writes an index beside the compiled store, and `Finder` asks it. Where the graph lives on another server,
`gathered` has an index made from it, and `RemoteFinder` does what SPARQL alone can do until there is one.
"""

from kg.search.finder import Finder
from kg.search.found import SIZE, Choice, Found, Hit, Near, Search, Wish
from kg.search.gathered import GatheredFinder, gathered
from kg.search.index import INDEX, write_index
from kg.search.remote import RemoteFinder

__all__ = [
    "INDEX",
    "SIZE",
    "Choice",
    "Finder",
    "Found",
    "GatheredFinder",
    "Hit",
    "Near",
    "RemoteFinder",
    "Search",
    "Wish",
    "gathered",
    "write_index",
]
