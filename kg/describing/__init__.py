"""What the data set says of itself, for programs: VoID, DCAT 3, its saved questions, its prefixes, its JSON-LD context.

All of it is counted or read from the compiled graph at `kg build`, put into graphs of its own in the endpoint, and into
the default graph too, where a stranger's editor looks for it. The dumps hold the data alone.
"""

from kg.describing.catalog import CATALOG, catalog, exported
from kg.describing.context import context, words
from kg.describing.executable import describe
from kg.describing.framing import about, constructed, framed
from kg.describing.making import DESCRIPTIONS, EXAMPLES, describe_store
from kg.describing.statements import at
from kg.describing.void import CONTRIBUTORS, DATASET, VOID

__all__ = [
    "CATALOG",
    "CONTRIBUTORS",
    "DATASET",
    "DESCRIPTIONS",
    "EXAMPLES",
    "VOID",
    "about",
    "at",
    "catalog",
    "constructed",
    "context",
    "describe",
    "describe_store",
    "exported",
    "framed",
    "words",
]
