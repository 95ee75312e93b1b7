"""OpenAPI 3.1, made from the saved questions: one operation for each, with what its parameters may be and its columns.

The page `/api` shows the same document to a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from kg import __version__
from kg.answers import GRAPHS, TABLES
from kg.citing import TITLE
from kg.columns import columns
from kg.describing.void import DESCRIPTION
from kg.explore import VIEWS
from kg.export import LICENSE
from kg.lexer import tokens
from kg.namespaces import shorten
from kg.queries import ANY, MAX_VALUES, Parameter, Query
from server.desk import Desk, the_desk
from server.question.asked import MOST

api = Blueprint("api", __name__)

Json = dict[str, Any]
_XSD = {
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "gYear": {"type": "string", "pattern": "^[0-9]{4}$"},
    "boolean": {"type": "boolean"},
    "string": {"type": "string"},
}
SUMMARY = "Saved questions, SPARQL, search, things and checks."
TAGS = ("questions", "graph", "search", "checks", "about")
_PROBLEMS = {
    400: "What was asked cannot be read; `detail` says why.",
    404: "There is no such thing, question, page or version.",
    406: "There is no such format.",
    413: "More than is read or written at once.",
    429: "Too many at once from one client.",
    503: "Not now: all workers are taken.",
    504: "Not finished in the time that is given.",
}


@api.get("/openapi.json")
def openapi() -> Response:
    """The document, with this server's address."""
    return jsonify(document(the_desk(), request.url_root))


@api.get("/api")
@api.get("/api.html")
def page() -> str:
    """The document for a person."""
    made = document(the_desk(), request.url_root)
    groups: dict[str, list[tuple[str, str, Json]]] = {}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append((method, path, operation))
    names = {one.name for one in the_desk().questions}
    return render_template("api.html", made=made, groups=groups, names=names)


def document(desk: Desk, root: str) -> Json:
    """All that can be asked of this server by a program."""
    paths = {f"/queries/{one.name}": {"get": _question(desk, one)} for one in desk.questions}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": TITLE,
            "summary": SUMMARY,
            "description": f"{DESCRIPTION} Graph version {desk.store.version}.",
            "version": __version__,
            "license": {"name": "CC BY 4.0", "url": LICENSE},
        },
        "servers": [{"url": root.rstrip("/")}],
        "tags": [{"name": name} for name in TAGS],
        "paths": paths | _others(desk),
        "components": {"schemas": _COMMON | dict(_choices(desk)), "responses": _problems()},
    }


def _question(desk: Desk, query: Query) -> Json:
    """The operation that asks one saved question."""
    parameters = [_parameter(query, one) for one in query.parameters]
    if query.kind == "table":
        names = list(_selected(query))
        cells = {one.name: _cell(one.meaning) for one in columns(query, names, desk.terms)}
        schema: Json = _results(cells)
        content = {form.media_type: {"schema": {"type": "string"}} for form in TABLES.values()}
        content[TABLES["json"].media_type] = {"schema": schema}
    else:
        content = {form.media_type: {"schema": {"type": "string"}} for form in GRAPHS.values()}
        content[GRAPHS["jsonld"].media_type] = {"schema": {"type": "object"}}
    content["text/html"] = {"schema": {"type": "string"}}
    said = {"summary": query.summary, "description": query.description or query.summary}
    operation = _operation(
        query.name, "questions", said["summary"], [*parameters, *_PAGING], content
    )
    return operation | said


def _parameter(query: Query, parameter: Parameter) -> Json:
    if parameter.datatype:
        item: Json = dict(_XSD[parameter.datatype])
        item |= {} if parameter.low is None else {"minimum": parameter.low}
        item |= {} if parameter.high is None else {"maximum": parameter.high}
        if not parameter.required and parameter.datatype != "string":
            item = {"anyOf": [item, {"const": ANY}]}
    else:
        item = {"$ref": f"#/components/schemas/{_named(parameter)}"}
    examples = list(query.examples[parameter.name])
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.help or f"A {parameter.kind}.",
        "schema": {"type": "array", "items": item, "minItems": 1, "maxItems": MAX_VALUES},
        "explode": True,
        "example": [_typed(parameter, one) for one in examples],
    }


def _typed(parameter: Parameter, text: str) -> str | int:
    return int(text) if parameter.datatype == "integer" and text != ANY else text


def _named(parameter: Parameter) -> str:
    """The name of the schema that lists what a parameter may be."""
    of = parameter.classes or (parameter.scheme,)
    name = "-".join(one.replace("#", "/").rsplit("/", 1)[-1] for one in of)
    return f"{name}-required" if parameter.required else name


def _choices(desk: Desk) -> Iterator[tuple[str, Json]]:
    """For each kind of parameter, the values that there are."""
    for query in desk.questions:
        for one in query.parameters:
            if not one.datatype:
                names = [shorten(option.value) for option in desk.options(one)]
                also = [] if one.required else [ANY]
                yield _named(one), {"type": "string", "enum": [*dict.fromkeys(names), *also]}


def _selected(query: Query) -> Iterator[str]:
    """The columns that a SELECT names, in their order."""
    depth, named, before = 0, False, None
    for token in tokens(query.text):
        if token.is_word("SELECT"):
            named = True
        elif named and (token.is_word("WHERE") or token.text == "{"):
            return
        elif named:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            alias = depth == 1 and before is not None and before.is_word("AS")
            if token.kind == "variable" and (depth == 0 or alias):
                yield token.text[1:]
        before = token


def _cell(meaning: str) -> Json:
    return {"$ref": "#/components/schemas/Cell"} | ({"description": meaning} if meaning else {})


def _results(cells: Json) -> Json:
    """SPARQL 1.1 Query Results JSON with these columns."""
    row = {"type": "object", "properties": cells, "additionalProperties": False}
    listed = {"type": "array", "items": {"type": "string"}, "example": list(cells)}
    return {
        "type": "object",
        "required": ["head", "results"],
        "properties": {
            "head": {"type": "object", "properties": {"vars": listed}},
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {"bindings": {"type": "array", "items": row}},
            },
        },
    }


_COMMON: Json = {
    "Cell": {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"enum": ["uri", "literal", "bnode"]},
            "value": {"type": "string"},
            "datatype": {"type": "string"},
            "xml:lang": {"type": "string"},
        },
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What to do about it, in a sentence."},
            "line": {"type": "integer"},
            "column": {"type": "integer"},
        },
    },
}


def _problems() -> Json:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    content = {"application/problem+json": schema, "text/html": {"schema": {"type": "string"}}}
    return {
        f"{code}": {"description": said, "content": content} for code, said in _PROBLEMS.items()
    }


def _argument(name: str, description: str, schema: Json, **more: Any) -> Json:
    return {"name": name, "in": "query", "description": description, "schema": schema} | more


def _path(name: str, values: list[str], example: str = "") -> Json:
    schema: Json = {"type": "string"} | ({"enum": values} if values else {})
    said: Json = {"name": name, "in": "path", "required": True, "schema": schema}
    return said | ({"example": example} if example else {})


_LINKS = "application/linkset+json"
_NUMBER = {"type": "integer", "minimum": 1}
_PAGING = [
    _argument("page", "Which part of the answer, counted from 1.", _NUMBER),
    _argument("size", "How many rows a part has.", _NUMBER | {"maximum": MOST}),
    _argument("version", "The version of the graph that is asked.", {"type": "string"}),
]


def _operation(name: str, tag: str, summary: str, parameters: list[Json], content: Json) -> Json:
    """An operation that reads."""
    answers = {f"{code}": {"$ref": f"#/components/responses/{code}"} for code in _PROBLEMS}
    return {
        "operationId": name,
        "tags": [tag],
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": {"description": "The answer.", "content": content}} | answers,
    }


def _json(kind: str = "object", media: str = "application/json") -> Json:
    return {media: {"schema": {"type": kind}}}


def _text(*types: str) -> Json:
    return {media: {"schema": {"type": "string"}} for media in types}


def _others(desk: Desk) -> Json:
    """The operations besides the saved questions."""
    words = _argument("q", "Words to find.", {"type": "string"}, example="migrant women")
    graphs = _text(*(form.media_type for form in GRAPHS.values()))
    graphs["application/ld+json"] = {"schema": {"type": "object"}}
    suffix = _path("suffix", [form.suffix for form in GRAPHS.values()], "jsonld")
    slug = [_path("kind", [], "city"), _path("slug", [], "us-pittsburgh"), suffix]
    view = _path("view", sorted(one.name for one in VIEWS), "network")
    paths: Json = {
        "/search.json": _operation("search", "search", "Find things by words.", [words], _json()),
        "/{kind}/{slug}.{suffix}": _operation(
            "thing", "graph", "What is said of a thing, with its evidence.", slug, graphs
        ),
        "/explore/{view}.json": _operation(
            "explore",
            "graph",
            "A view that no table of rows can show; `next` leads on in a long table.",
            [view],
            _json(),
        ),
        "/reconcile": _operation(
            "reconcile", "search", "The manifest of the reconciliation service.", [], _json()
        ),
        "/about/data.json": _operation(
            "report", "about", "How much there is, and what is thin.", [], _json("array")
        ),
        "/health": _operation(
            "health", "about", "Whether this server answers, and for which version.", [], _json()
        ),
        "/linkset": _operation(
            "linkset",
            "about",
            "The typed links of the front page.",
            [],
            _json("object", "application/linkset+json"),
        ),
        "/context.jsonld": _operation(
            "context", "about", "Our JSON-LD context.", [], _json("object", "application/ld+json")
        ),
    }
    paths |= _beside_questions(desk) | _descriptions(graphs)
    return {path: {"get": one} for path, one in paths.items()} | _asking() | _checking()


def _beside_questions(desk: Desk) -> Json:
    """What there is of saved questions beside their answers."""
    name = _path("name", [one.name for one in desk.questions], "acts-of-a-place")
    return {
        "/queries.json": _operation(
            "questions", "questions", "All saved questions.", [], _json("array")
        ),
        "/queries/{name}/citation.json": _operation(
            "citation",
            "questions",
            "How an answer is cited (CSL-JSON).",
            [name],
            _json("array", "application/vnd.citationstyles.csl+json"),
        ),
        "/queries/{name}/matrix.csv": _operation(
            "matrix",
            "questions",
            "In how many rows two columns have the same pair of values, as CSV.",
            [name],
            _text("text/csv"),
        ),
    }


def _descriptions(graphs: Json) -> Json:
    """What the data set says of itself."""
    return {
        "/.well-known/void": _operation(
            "void", "about", "The data set described in VoID.", [], graphs
        ),
        "/catalog": _operation("catalog", "about", "The data set described in DCAT.", [], graphs),
        "/.well-known/sparql-examples": _operation(
            "examples", "about", "The saved questions described.", [], graphs
        ),
    }


def _asking() -> Json:
    """SPARQL by the protocol."""
    tables = _text(*(form.media_type for form in (*TABLES.values(), *GRAPHS.values())))
    for media in (TABLES["json"].media_type, GRAPHS["jsonld"].media_type):
        tables[media] = {"schema": {"type": "object"}}
    tables["text/html"] = {"schema": {"type": "string"}}
    example = "SELECT ?city WHERE { ?city a <https://w3id.org/hrcities/ontology#City> } LIMIT 5"
    asked = _argument(
        "query", "A SPARQL 1.1 query.", {"type": "string"}, required=True, example=example
    )
    post = _operation("sparql-post", "graph", "Ask SPARQL, with the query as the body.", [], tables)
    post["requestBody"] = {
        "required": True,
        "content": {"application/sparql-query": {"schema": {"type": "string"}, "example": example}},
    }
    post["responses"]["415"] = post["responses"]["400"]
    return {
        "/sparql": {
            "get": _operation("sparql", "graph", "Ask SPARQL.", [asked], tables),
            "post": post,
        }
    }


def _checking() -> Json:
    """A contribution judged."""
    content = _json() | _text("text/turtle", "text/plain", "text/html")
    operation = _operation(
        "validate", "checks", "What is to be mended in a contribution.", [], content
    )
    example = "<https://w3id.org/hrcities/city/zz-x> a <https://w3id.org/hrcities/ontology#City> ."
    operation["requestBody"] = {
        "required": True,
        "content": {"text/turtle": {"schema": {"type": "string"}, "example": example}},
    }
    for code in ("415", "422"):
        operation["responses"][code] = operation["responses"]["400"]
    return {"/validate": {"post": operation}}
