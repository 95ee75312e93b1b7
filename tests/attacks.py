"""What somebody may send who wants the server to fall: for the tests of the attacks, and for the hostile benchmark."""

from __future__ import annotations

DEEP = 3_000  # far past what ends an engine's process
NEAR = 90  # just within what is let through


def nested(depth: int) -> dict[str, str]:
    """Nesting of every kind, so many deep."""

    def around(left: str, right: str, inside: str = "") -> str:
        return left * depth + inside + right * depth

    return {
        "groups": "ASK " + around("{", "}"),
        "exists": "ASK { ?s ?p ?o " + around("FILTER EXISTS { ?s ?p ?o ", "}") + " }",
        "if": "ASK { BIND(" + around("IF(true, ", ", 1)", "1") + " AS ?x) }",
        "parentheses": "ASK { FILTER(" + around("(", ")", "true") + ") }",
        "additions": "ASK { FILTER(" + "1 + " * depth * 20 + "1 > 0) }",
        "negations": "ASK { FILTER(" + "!" * depth * 10 + "true) }",
        "optionals": "ASK { " + around("OPTIONAL { ?s ?p ?o ", "}") + " }",
        "sub-selects": "SELECT * " + around("{ SELECT * ", "}", "{}"),
        "lists": "ASK { ?s ?p " + around("(", ")", "1") + " }",
        "blank-nodes": "ASK { ?s ?p " + around("[ <a:a> ", "]", "1") + " }",
        "paths": "ASK { ?s " + around("(", ")*", "<a:a>") + " ?o }",
        "steps": "ASK { ?s " + "<a:a>/" * depth * 5 + "<a:a> ?o }",
        "unions": "ASK { {}" + " UNION {}" * depth * 5 + " }",
        "minus": "ASK { " + around("MINUS { ?s ?p ?o ", "}") + " }",
        "graphs": "ASK { " + around("GRAPH ?g { ", "}") + " }",
        "functions": "ASK { BIND(" + around("STR(", ")", "1") + " AS ?x) }",
        "comments": "#" * depth + "\n" * depth + "ASK { FILTER(" + "(" * depth,
    }


_FOUR = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
_ALL = "CONCAT(STR(?a), STR(?f), STR(?i), STR(?l))"
_GROW = " ".join(
    f"BIND(CONCAT(?{a}, ?{a}, ?{a}, ?{a}, ?{a}, ?{a}, ?{a}, ?{a}) AS ?{b})"
    for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
_TENS = " ".join(str(number) for number in range(10))
_DIGITS = " ".join(f"VALUES ?v{name} {{ {_TENS} }}" for name in range(12))
DEAR = {
    "count": f"SELECT (COUNT(*) AS ?n) {{ {_FOUR} }}",
    "order": f"SELECT * {{ {_FOUR} }} ORDER BY ?l ?a LIMIT 1",
    "regex": f'SELECT (COUNT(*) AS ?n) {{ {_FOUR} FILTER REGEX({_ALL}, "(a+)+(b|c)*z$", "i") }}',
    "concat-groups": f"SELECT (GROUP_CONCAT(STR(?l)) AS ?n) {{ {_FOUR} }}",
    "distinct": f"SELECT DISTINCT ?a ?f ?i ?l {{ {_FOUR} }} ORDER BY ?a LIMIT 1",
    "values": f"SELECT (COUNT(*) AS ?n) {{ {_DIGITS} }}",
    "unions": "SELECT (COUNT(*) AS ?n) { "
    + " ".join("{ ?s ?p ?o } UNION { ?o ?q ?s } UNION { ?p ?r ?s }" for _ in range(8))
    + " }",
    "paths": "SELECT (COUNT(*) AS ?n) { ?s (((!<a:a>)*)*)* ?o . ?o (!<a:a>)* ?x . ?x (!<a:a>)* ?y }",
}
# These use up their memory or the most that an answer may have, if not their time.
SWELLING = {
    "concat": f"SELECT (STRLEN(?j) AS ?n) {{ BIND('{'x' * 50_000}' AS ?a) {_GROW} }}",
    "replace": "SELECT (STRLEN(?d) AS ?n) { BIND('"
    + "x" * 5_000
    + "' AS ?a) "
    + " ".join(f"BIND(REPLACE(?{a}, 'x', ?{a}) AS ?{b})" for a, b in zip("abc", "bcd", strict=True))
    + " }",
    "rows": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "statements": "CONSTRUCT { ?a ?e ?c . ?d ?b ?f } { ?a ?b ?c . ?d ?e ?f }",
}


def reaching_out(address: str) -> dict[str, str]:
    """What would make a request to this address, or read a file, if it were done; and updates."""
    return {
        "service": f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        "service-silent": f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
        "service-variable": f"SELECT * {{ BIND(<{address}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
        "service-written": f"SELECT * {{ sErViCe <{address}> {{ ?s ?p ?o }} }}",
        "from": f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        "from-named": f"SELECT * FROM NAMED <{address}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "from-file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "load": f"LOAD <{address}>",
        "update": "INSERT DATA { <a:a> <a:b> <a:c> }",
        "update-after": "SELECT * { ?s ?p ?o } ; DROP ALL",
    }


CHEAP = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "SELECT ?label WHERE { ?thing a <https://w3id.org/hrcities/ontology#City> ; rdfs:label ?label } LIMIT 5"
)
