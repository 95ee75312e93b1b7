"""Compile the store of a release, for a server that must not do so itself: `python -m kg.releases NAME`."""

import os
import sys

from kg.releases.shelf import Shelf

if __name__ == "__main__":
    os.nice(5)
    shelf = Shelf.usual()
    shelf.open(shelf.find(sys.argv[1]))
