"""The W3C Reconciliation Service API 0.2 at /reconcile: a stranger's OpenRefine finds our things by name.

What is asked comes from a visitor, so it is answered in a worker (`kg.linking.reconcile`), never here.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.exceptions import BadRequest

from kg.linking.reconcile import MAX_IDS, MAX_QUERIES
from kg.linking.things import KINDS
from kg.namespaces import BASE
from server.desk import the_desk

reconciliation = Blueprint("reconciliation", __name__)

_WIDTH, _HEIGHT = 420, 260  # pixels of a preview


@reconciliation.route("/reconcile", methods=["GET", "POST"])
@reconciliation.route("/reconcile/", methods=["GET", "POST"])
def service() -> Response:
    """The manifest; or the answer to `queries`, or to `extend`, from the address or a form."""
    if request.values.get("queries"):
        queries = _read("queries", dict)
        return _written(the_desk().reconciled("batch", queries))
    if request.values.get("extend"):
        wanted = _read("extend", dict)
        ids = [str(one) for one in wanted.get("ids") or []]
        pids = [str(one["id"]) for one in wanted.get("properties") or [] if "id" in one]
        return _written(the_desk().reconciled("extend", ids, pids))
    return _written(_manifest())


@reconciliation.get("/reconcile/properties")
def properties() -> Response:
    """The properties that things of `type` can be extended with."""
    kind = request.args.get("type", "")
    found = the_desk().reconciled("propose", kind)
    return _written({"type": kind, "properties": found})


@reconciliation.get("/reconcile/suggest/<what>")
def suggest(what: str) -> Response:
    """Entities, types or properties whose name begins with `prefix`."""
    if what not in ("entity", "type", "property"):
        abort(404, "What is suggested is one of: entity, type, property.")
    found = the_desk().reconciled("suggest", what, request.args.get("prefix", ""))
    return _written({"result": found})


@reconciliation.get("/reconcile/preview")
def preview() -> str:
    """A small page about a thing, to be shown beside a cell."""
    shown = the_desk().reconciled("preview", request.args.get("id", ""))
    if shown is None:
        abort(404, "Nothing here has this id.")
    return render_template("preview.html", thing=shown)


def _manifest() -> dict[str, Any]:
    here = request.url_root.rstrip("/")
    suggests = {
        what: {"service_url": here, "service_path": f"/reconcile/suggest/{what}"}
        for what in ("entity", "type", "property")
    }
    return {
        "versions": ["0.2"],
        "name": "Human Rights Cities Knowledge Graph",
        "identifierSpace": BASE,
        "schemaSpace": BASE + "ontology#",
        "documentation": f"{here}/contribute",
        "logo": f"{here}/static/icon.svg",
        "view": {"url": f"{here}/{{{{id}}}}"},
        "defaultTypes": [{"id": "city", "name": "Place"}],
        "batchSize": MAX_QUERIES // 2,
        "preview": {
            "url": f"{here}/reconcile/preview?id={{{{id}}}}",
            "width": _WIDTH,
            "height": _HEIGHT,
        },
        "suggest": suggests,
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/reconcile/properties"},
            "property_settings": [],
        },
    }


def _read(name: str, kind: type) -> Any:
    """A parameter that holds JSON; 400 with the place of the mistake for one that does not."""
    try:
        found = json.loads(request.values[name])
    except json.JSONDecodeError as error:
        raise BadRequest(
            f"`{name}` is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except RecursionError:
        raise BadRequest(f"`{name}` is nested too deeply.") from None
    if not isinstance(found, kind):
        raise BadRequest(
            f"`{name}` must be a JSON object, with at most {MAX_QUERIES} queries or {MAX_IDS} ids, "
            f"about {', '.join(KINDS)}."
        )
    return found


def _written(data: Any) -> Response:
    """JSON; as a script where `callback` asks for it, which the specification keeps for old clients, is refused."""
    if "callback" in request.values:
        raise BadRequest("JSONP is not served; every page may read this service by CORS.")
    return Response(json.dumps(data, ensure_ascii=False), content_type="application/json")
