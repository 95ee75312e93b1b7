"""The self-check says what a server says, and is not content with less."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from server.fair import METRICS, Got, check
from server.fair_cli import over_http, within


def _met(results: list) -> dict[str, bool]:
    return {one.metric: one.met for one in results}


@pytest.fixture(scope="module")
def results(client: FlaskClient) -> list:
    return check(within(client.application))


def test_each_metric_has_a_verdict_and_a_reason(results: list):
    assert [one.metric for one in results] == [metric for metric, _, _ in METRICS]
    assert len(results) == 17
    assert all(re.fullmatch(r"FsF-[FAIR]\d(\.\d)?-\d\d(M|D|MD)", one.metric) for one in results)
    assert all(one.why for one in results)


def test_what_is_said_today_is_found(results: list):
    found = {one.metric: one for one in results}
    for metric in ("FsF-F1-01MD", "FsF-A1.1-01MD", "FsF-I1-01M", "FsF-I2-01M", "FsF-R1.1-01M"):
        assert found[metric].met, found[metric]
    assert "creativecommons.org/licenses/by/4.0" in found["FsF-R1.1-01M"].why
    # Whether w3id.org knows the name cannot be found out offline, and is not claimed.
    assert not found["FsF-F1-02MD"].met
    assert "docs/w3id" in found["FsF-F1-02MD"].why


def test_a_running_server_is_judged_alike(results: list, site: str):
    assert _met(check(over_http(site))) == _met(results)


def test_a_server_that_says_nothing_meets_nearly_nothing():
    silent = _met(check(lambda path, accept: Got(200 if path == "/" else 404, {}, "<html></html>")))
    assert {metric for metric, met in silent.items() if met} == {
        "FsF-F1-01MD",  # the name is an IRI whatever the server says
        "FsF-A1.1-01MD",
        "FsF-A1.2-01MD",
    }


def test_a_full_description_meets_what_can_be_met_offline():
    said = """
@prefix dct: <http://purl.org/dc/terms/> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
<https://w3id.org/hrcities/> a dcat:Dataset ; dct:title "T" ; dct:creator <a:b> ; dct:identifier "i" ;
  dct:issued "2026-11-27" ; dct:publisher <a:b> ; dct:description "d" ; dcat:keyword "k" ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> ; dct:accessRights "public" ;
  dcat:distribution <https://w3id.org/hrcities/d> .
<https://w3id.org/hrcities/d> dcat:downloadURL <https://w3id.org/hrcities/x.ttl> ; dcat:byteSize 3 ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/turtle> .
"""
    page = '<script type="application/ld+json">{"@type": "Dataset", "name": "T"}</script>'
    texts = {"/": page, "/index.ttl": said, "/catalog.ttl": said}
    met = _met(check(lambda path, accept: Got(200, {}, texts.get(path, ""))))
    assert [metric for metric, good in met.items() if not good] == ["FsF-F1-02MD"]
