"""Tables as contributions: spreadsheets (CSV, XLSX) in, statements out, each with the row and column it stands in.

A template is a file of CSVW metadata (`metadata/*.json`, W3C Tabular Metadata) that says for each column what it means:
aboutUrl, propertyUrl, valueUrl, datatype, separator, default. `mapping` reads those and nothing else, so a column is
added by a line there. Three rules go beyond what a plain CSVW processor does. A virtual column is written where cells
speak of all the things it joins: an act has a stage where the day of it stands. A cell that names something may hold
its IRI, its short name (`right:housing`) or its exact label in any language. And each thing that a row describes has
evidence, which supports the properties that are filled in there.

`csv_text` and `workbook` take a file apart, `headers` finds its template and columns, `words` and `literals` read
cells, `names` knows what is published, `mapping` and `evidence` make statements, `reading` puts it all together.
"""

from __future__ import annotations

ENDINGS = {".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx"}
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SYNTAXES = tuple(MEDIA_TYPES)
