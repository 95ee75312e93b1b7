"""Make the search index of another server's graph, for a server that must not do so itself: `python -m kg.search`.

KG_ENDPOINT says which, so that no list of processes shows its password.
"""

import os
import sys

from kg.build import cache_folder
from kg.errors import KgError
from kg.search.gathered import gather

if __name__ == "__main__":
    os.nice(10)
    try:
        gather(os.environ["KG_ENDPOINT"], cache_folder())
    except KgError as error:
        sys.exit(f"No search index: {error}")
