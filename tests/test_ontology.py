"""The ontology: explained, defined, in its profile, without contradiction, and changed with care."""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from owlrl.Namespaces import ERRNS
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, PROV, RDF, RDFS

from kg.namespaces import BASE, KINDS, ONTOLOGY, PREFIXES, TERMS, expand, shorten
from kg.rdf import parse_file
from kg.validation import Contribution, Judge
from kg.validation.terms import as_rdflib
from tests.conftest import REPORT, ROOT, TESTS
from tests.vocabularies import AXIOMS, known

ONTOLOGIES = sorted((ROOT / "ontology").glob("*.ttl"))
WRITTEN = [
    *(file for folder in ("data", "shapes", "queries") for file in (ROOT / folder).rglob("*.*")),
    *(TESTS / "world").glob("*.ttl"),
]
SDG = PREFIXES["sdg"].rstrip("/")
REFERENCE = Path(os.environ.get("KG_SEED", REPORT)).parent.parent / "reference"
GUIDE = ROOT / ".github" / "CONTRIBUTING.md"

Phrase = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]


def told(*files: Path) -> Phrase:
    """What files say: subject → prefixed property → values."""
    found: Phrase = defaultdict(lambda: defaultdict(list))
    for file in files:
        for quad in parse_file(file):
            found[quad.subject.value][shorten(quad.predicate.value)].append(quad.object)
    return found


CORE = told(ROOT / "ontology" / "core.ttl")
EVERYTHING = told(*ONTOLOGIES)
TERMS_OF_OURS = {iri: said for iri, said in CORE.items() if iri.startswith(TERMS)}


def values(said: dict, name: str) -> list[str]:
    return [term.value for term in said.get(name, [])]


def kinds(iri: str) -> set[str]:
    return {
        shorten(kind) for kind in values(EVERYTHING[iri], "a") + values(EVERYTHING[iri], "rdf:type")
    }


# Explained ---------------------------------------------------------------------------


def test_every_term_of_ours_is_explained_to_someone_who_never_met_it():
    needed = ("rdfs:label", "skos:definition", "skos:example", "rdfs:isDefinedBy")
    bare = [
        (iri, name) for iri, said in TERMS_OF_OURS.items() for name in needed if name not in said
    ]
    assert len(TERMS_OF_OURS) > 120
    assert bare == []
    assert {iri for said in TERMS_OF_OURS.values() for iri in values(said, "rdfs:isDefinedBy")} == {
        ONTOLOGY
    }


def test_every_concept_and_scheme_has_a_name_and_a_definition():
    bare = []
    for file in ONTOLOGIES:
        for iri, said in told(file).items():
            kind = set(values(said, "rdf:type"))
            ours = file.stem != "sdg" and expand("skos:Concept") in kind
            if ours or expand("skos:ConceptScheme") in kind:
                bare += [(iri, n) for n in ("skos:prefLabel", "skos:definition") if n not in said]
    assert bare == []


# Defined -------------------------------------------------------------------------------


def iris_in(file: Path) -> set[str]:
    """Every IRI that a file names, inside its queries and texts too."""
    prefixed = re.findall(r"(?<![\w:/#.-])([a-z]+):([A-Za-z]\w*)", file.read_text(encoding="utf-8"))
    found = {
        PREFIXES[name] + local for name, local in prefixed if name in PREFIXES and name not in KINDS
    }
    if file.suffix == ".ttl":
        nodes = {node for quad in parse_file(file) for node in quad.triple}
        found |= {node.value for node in nodes if isinstance(node, ox.NamedNode)}
    return found


def strangers(iris: Iterable[str]) -> set[str]:
    """Those that look like a term but are none: not in our ontology, not in the vocabulary they are of."""
    iris = set(iris)
    ours = {iri for iri in iris if iri.startswith(TERMS) and iri not in TERMS_OF_OURS}
    return ours | {iri for iri in iris if known(iri) is False}


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: "/".join(file.parts[-3:]))
def test_a_file_uses_no_term_that_does_not_exist(file: Path):
    assert strangers(iris_in(file)) == set()


def test_the_ontology_uses_no_term_that_does_not_exist():
    assert {iri for file in ONTOLOGIES for iri in strangers(iris_in(file))} == set()


def test_a_misspelt_term_would_be_seen():
    wrong = ["org:Organisation", "hrc:takesPlaceAt", "schema:Town", "eli:passedBy", "oa:quote"]
    assert strangers(
        PREFIXES[name] + local for name, _, local in (w.partition(":") for w in wrong)
    ) == {expand(name) for name in wrong}


def test_every_prefix_is_of_a_vocabulary_that_is_checked():
    """Identifiers of things (EuroVoc, SDG, Wikidata) are looked up in tables instead. Nothing curated has words of
    VoID's and DCAT's company: they describe the data set, and tests/test_descriptions.py judges them."""
    others = set(PREFIXES) - set(KINDS) - {"hrc", "eurovoc", "sdg", "wd"}
    others -= {"dcat", "foaf", "sd", "spdx", "void-ext"}
    assert {name for name in others if known(PREFIXES[name] + "x") is None} == set()


# In its profile ------------------------------------------------------------------------

IN_RL = {"Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "TransitiveProperty"}
IN_RL |= {"SymmetricProperty", "Ontology", "deprecated", "imports", "priorVersion", "versionIRI"}
IN_RL |= {"versionInfo", "differentFrom"}
OUTSIDE = {TERMS + "supportsValue": "its values are things and texts, as those of what it supports"}


def test_the_ontology_stays_in_owl_2_rl():
    used = {iri for file in ONTOLOGIES for iri in iris_in(file) if iri.startswith(str(OWL))}
    assert used <= {str(OWL[name]) for name in IN_RL}
    axioms = ("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range")
    unnamed = [
        (iri, name)
        for iri, said in EVERYTHING.items()
        for name in axioms
        for term in said.get(name, [])
        if not isinstance(term, ox.NamedNode)
    ]
    assert unnamed == []


def test_a_term_is_of_one_kind_and_so_are_those_above_it():
    sorts = {"owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"}
    sorts |= {"rdfs:Datatype"}
    mixed = [iri for iri in TERMS_OF_OURS if len(kinds(iri) & sorts) != 1 and iri not in OUTSIDE]
    assert mixed == []
    astray = [
        (iri, above)
        for iri, said in EVERYTHING.items()
        for name in ("rdfs:subClassOf", "rdfs:subPropertyOf")
        for above in values(said, name)
        if kinds(iri) & sorts != kinds(above) & sorts
    ]
    assert astray == []


def test_nothing_is_said_to_be_the_same_as_a_word_of_others():
    same = ("owl:equivalentClass", "owl:equivalentProperty", "skos:exactMatch")
    assert [iri for iri, said in EVERYTHING.items() if any(name in said for name in same)] == []


# Without contradiction -------------------------------------------------------------------

APART = ["Place", "Actor", "Act", "Event", "Practice", "Statement", "Evidence", "Source", "Measure"]
OF_WORDS = {TERMS + "supports", TERMS + "supportsValue"}


def closed(files: Iterable[Path], more: str = "") -> Graph:
    """What files and the vocabularies of others say, with all that OWL 2 RL concludes.

    Texts, numbers and days are left out, and which word a quote supports: no axiom speaks of them.
    """
    graph = Graph(bind_namespaces="none")
    for file in files:
        graph += as_rdflib(
            quad
            for quad in parse_file(file)
            if not isinstance(quad.object, ox.Literal) and quad.predicate.value not in OF_WORDS
        )
    pairs = [(a, b) for at, a in enumerate(APART) for b in APART[at + 1 :]]
    apart = "".join(f"hrc:{a} owl:disjointWith hrc:{b} .\n" for a, b in pairs)
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in PREFIXES)
    graph.parse(data=AXIOMS + prefixes + apart + more, format="turtle")
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False
    ).expand(graph)
    return graph


def complaints(graph: Graph) -> list[str]:
    """What the reasoner finds contradictory, and our classes that nothing can be of."""
    messages = [
        str(graph.value(node, ERRNS.error)) for node in graph.subjects(RDF.type, ERRNS.ErrorMessage)
    ]
    empty = [
        str(one)
        for one in graph.subjects(RDFS.subClassOf, OWL.Nothing)
        if str(one).startswith(TERMS)
    ]
    return messages + empty


def test_a_reasoner_finds_no_contradiction_in_ontology_and_data():
    graph = closed([*ONTOLOGIES, *(ROOT / "data").rglob("*.ttl")])
    assert complaints(graph) == []
    pittsburgh = URIRef(f"{BASE}city/us-pittsburgh")
    assert (pittsburgh, RDF.type, PROV.Location) in graph  # it did conclude something


@pytest.mark.parametrize(
    ("planted", "about"),
    [
        ("city:zz-x a hrc:City , hrc:LocalGovernment .", f"{BASE}city/zz-x"),
        (
            "practice:zz-x hrc:follows act:zz-x . act:zz-x a hrc:Event , hrc:Act .",
            f"{BASE}act/zz-x",
        ),
        ("event:zz-x a hrc:Event ; prov:wasAttributedTo actor:zz-x .", f"{BASE}event/zz-x"),
        ("hrc:Nobody rdfs:subClassOf hrc:Place , owl:Nothing .", TERMS + "Nobody"),
    ],
    ids=["a council is its city", "a text is a meeting", "a meeting was said", "an empty class"],
)
def test_the_reasoner_would_find_one(planted: str, about: str):
    files = [ROOT / "ontology" / "core.ttl", ROOT / "ontology" / "alignments.ttl"]
    assert any(about in said for said in complaints(closed(files, planted)))


# Changing with care ----------------------------------------------------------------------


def test_the_version_has_a_name_of_its_own_and_so_had_the_one_before():
    head = CORE[ONTOLOGY]
    (version,), (before,) = values(head, "owl:versionInfo"), values(head, "owl:priorVersion")
    assert values(head, "owl:versionIRI") == [f"{ONTOLOGY}/{version}"]
    assert before.startswith(ONTOLOGY + "/")
    assert before != f"{ONTOLOGY}/{version}"


def test_a_retired_word_says_what_replaces_it_and_why():
    retired = {iri: said for iri, said in TERMS_OF_OURS.items() if "owl:deprecated" in said}
    assert TERMS + "heldOn" in retired
    for iri, said in retired.items():
        (onward,) = values(said, "dcterms:isReplacedBy")
        assert onward in TERMS_OF_OURS.keys() - retired.keys(), iri
        assert "Since" in values(said, "skos:changeNote")[0]


OLD = """
PREFIX hrc: <https://w3id.org/hrcities/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
BASE <https://w3id.org/hrcities/>
<event/zz-2014-vigil> a hrc:Event ; rdfs:label "Vigil at the quay"@en ; hrc:heldOn "2014-02-01"^^xsd:date .
<evidence/zz-2014-vigil-1> a hrc:Evidence ; hrc:about <event/zz-2014-vigil> ; hrc:supports hrc:heldOn ;
    hrc:quote "the vigil of 1 February 2014"@en ; hrc:reading <reading/stated> ;
    hrc:seenOn "2026-11-22"^^xsd:date ; hrc:source <source/zz-shore-herald> .
"""


def test_data_of_an_earlier_version_is_valid_and_told_the_new_word(judge: Judge):
    statements = tuple(ox.parse(OLD.encode(), format=ox.RdfFormat.TURTLE))
    (finding,) = judge.findings([Contribution("old", statements)])
    assert (finding.severity, finding.blocks) == ("warning", False)
    assert (finding.path, finding.value) == (TERMS + "heldOn", TERMS + "happenedOn")


# Schemes and identifiers -------------------------------------------------------------------


def test_a_broader_concept_is_of_the_same_scheme_and_never_below_itself():
    for iri, said in EVERYTHING.items():
        for above in values(said, "skos:broader"):
            schemes = values(EVERYTHING[above], "skos:inScheme")
            assert len(schemes) == 1, (iri, above)
            assert schemes == values(said, "skos:inScheme"), (iri, above)
        seen, rim = set(), set(values(said, "skos:broader"))
        while rim:
            assert iri not in rim, f"{iri} is broader than itself"
            seen |= rim
            rim = {up for one in rim for up in values(EVERYTHING[one], "skos:broader")} - seen


def column(table: str, name: str) -> set[str]:
    with (REFERENCE / table).open(encoding="utf-8") as file:
        return {value for row in csv.DictReader(file) for value in row[name].split("|")}


def test_identifiers_of_others_come_from_the_checked_tables():
    if not REFERENCE.is_dir():
        pytest.skip("the tables of checked identifiers are not at hand")
    tables = {
        PREFIXES["eurovoc"]: column("eurovoc-rights.csv", "iri")
        | {PREFIXES["eurovoc"] + number for number in column("sdg.csv", "eurovoc_ids")},
        SDG: column("sdg.csv", "iri") | {SDG},
        "https://w3id.org/dpv/": column("eu-charter-rights.csv", "iri")
        | {"https://w3id.org/dpv/rights/eu"},
    }
    files = [*ONTOLOGIES, *(ROOT / "data").rglob("*.ttl")]
    nodes = {node for file in files for quad in parse_file(file) for node in quad.triple}
    used = {node.value for node in nodes if isinstance(node, ox.NamedNode)}
    for space, there in tables.items():
        mine = {iri for iri in used if iri.startswith(space)}
        assert len(mine) > 20, space
        assert mine - there == set()
