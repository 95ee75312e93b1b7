"""The OpenAPI document is valid, is true of the server, and nothing that it allows makes the server fail."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from kg.queries import every
from server import create_app
from tests.conftest import HTML

schemathesis.serializer.alias("application/sparql-query", "text/plain")


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict:
    return json.loads(client.get("/openapi.json").data)


def test_the_document_is_valid(document: dict):
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")


def test_each_saved_question_is_an_operation_with_its_parameters_and_columns(
    document: dict, client: FlaskClient, house
):
    for query in every(house):
        operation = document["paths"][f"/queries/{query.name}"]["get"]
        named = [one["name"] for one in operation["parameters"]]
        assert named == [*(one.name for one in query.parameters), "page", "size", "version"]
        if query.kind == "table":
            content = operation["responses"]["200"]["content"]
            schema = content["application/sparql-results+json"]["schema"]
            names = schema["properties"]["head"]["properties"]["vars"]["example"]
            row = schema["properties"]["results"]["properties"]["bindings"]["items"]
            assert set(row["properties"]) == set(names)
            answer = client.get(f"/queries/{query.name}.json").json
            assert answer["head"]["vars"] == names


def test_each_example_is_answered(document: dict, client: FlaskClient):
    asked = 0
    for path, methods in document["paths"].items():
        operation = methods.get("get", {})
        given_ = {one["name"]: one.get("example") for one in operation.get("parameters", [])}
        if path.startswith("/queries/") and "{" not in path:
            found = client.get(
                path + ".ttl" if "graph" in path else path + ".csv", query_string=given_
            )
            assert found.status_code == 200, (path, given_, found.text[:200])
            asked += 1
    assert asked >= 50


def test_the_choices_are_values_that_are_taken(document: dict, client: FlaskClient):
    places = document["components"]["schemas"]["Place"]["enum"]
    assert "city:us-pittsburgh" in places
    assert client.get("/queries/acts-of-a-place.csv?place=" + places[0]).status_code == 200


def test_the_page_shows_every_operation_and_is_light(document: dict, client: FlaskClient):
    page = client.get("/api", headers=HTML)
    assert page.status_code == 200
    assert len(page.data) < 100_000
    for methods in document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page.text


@pytest.fixture(scope="module")
def patient(world_house) -> Iterator[Flask]:
    """An application that takes its time, so that a slow machine is not taken for a defect."""
    app = create_app({"HOUSE": world_house.root, "SAVED_SECONDS": 60.0, "VISITOR_SECONDS": 30.0})
    yield app
    app.extensions["desk"].close()


_FEW = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_nothing_that_the_document_allows_makes_the_server_fail(patient: Flask):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", patient)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if (
            operation.path == "/validate"
        ):  # judged in a worker for seconds each; its attacks have tests of their own
            continue

        @_FEW
        @given(case=operation.as_strategy())
        def ask(case) -> None:
            nonlocal tried
            answer = case.call()
            tried += 1
            assert answer.status_code < 500, (case.path, case.query, answer.text[:300])
            documented = case.operation.definition.raw["responses"]
            assert str(answer.status_code) in (*documented, "303", "405"), answer.status_code

        ask()
    assert tried > 150
