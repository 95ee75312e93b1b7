"""Words to things: full-text search over names, descriptions and quotes, with facets.

`index` writes an index beside the compiled store, `Finder` asks it, and `RemoteFinder` does what SPARQL alone can do
where the graph lives on another server.
"""

from kg.search.finder import Finder
from kg.search.found import SIZE, Choice, Found, Hit, Near, Search, Wish
from kg.search.index import INDEX, write_index
from kg.search.remote import RemoteFinder

__all__ = [
    "INDEX",
    "SIZE",
    "Choice",
    "Finder",
    "Found",
    "Hit",
    "Near",
    "RemoteFinder",
    "Search",
    "Wish",
    "write_index",
]
