"""The vocabularies of others, as far as we use them: which terms they have, and what they say of them.

rdflib carries the terms of most. What it lacks stands here, each looked up in a stored copy, or an excerpt of one:
ELI (https://mtp.linked.solutions/eli, version 1.2; https://elidata.es/documentacion_tecnica/ontologia.php, 1.1),
WGS84 (https://rubydoc.info/gems/rdf-vocab/3.1.7/RDF/Vocab/GEO; rdflib names it with https, which it is not) and
Web Annotation (npm package @vocabulary/oa 1.0.6, https://www.w3.org/ns/oa) and the Semantic Mapping Vocabulary
(semapv-terms.tsv of the GitHub repository mapping-commons/semantic-mapping-vocabulary, commit 00da7c3f). The axioms
were read in ELI as above and in the npm packages @vocabulary/org, prov and skos 1.0.6.
"""

from __future__ import annotations

from rdflib import URIRef
from rdflib.namespace import (
    DCTERMS,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SDO,
    SH,
    SKOS,
    VANN,
    VOID,
    XSD,
)

CLOSED = {str(space): space for space in (DCTERMS, ORG, OWL, PROV, RDF, RDFS, SDO)}
CLOSED |= {str(space): space for space in (SH, SKOS, VANN, VOID, XSD)}
TABLES = {
    "http://data.europa.eu/eli/ontology#": {
        *("LegalResource", "LegalResourceSubdivision", "cites", "date_document"),
        *("first_date_entry_in_force", "is_about", "is_part_of", "jurisdiction"),
        *("number", "passed_by", "type_document"),
    },
    "http://www.w3.org/2003/01/geo/wgs84_pos#": {
        *("Point", "SpatialThing", "alt", "lat", "location", "long"),
    },
    "https://w3id.org/semapv/vocab/": {
        *("ManualMappingCuration", "MappingReview", "LexicalMatching", "CompositeMatching"),
        *("LexicalSimilarityThresholdMatching", "MappingChaining", "InstanceBasedMatching"),
        *("BackgroundKnowledgeBasedMatching", "StructuralMatching", "LogicalReasoning"),
        *("UnspecifiedMatching", "Stemming"),
    },
    "http://www.w3.org/ns/oa#": {
        *("Annotation", "SpecificResource", "TextQuoteSelector"),
        *("exact", "hasSelector", "hasSource"),
    },
}


def known(iri: str) -> bool | None:
    """Whether the vocabulary that an IRI is of has such a term; None for an IRI of no vocabulary told here."""
    for space, terms in TABLES.items():
        if iri.startswith(space):
            return iri.removeprefix(space) in terms
    for name, space_of_rdflib in CLOSED.items():
        if iri.startswith(name) and iri != name:
            return URIRef(iri) in space_of_rdflib
    return None


AXIOMS = """
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

prov:Activity owl:disjointWith prov:Entity .
prov:InstantaneousEvent owl:disjointWith prov:Agent , prov:Entity .
prov:wasAttributedTo rdfs:domain prov:Entity ; rdfs:range prov:Agent .
prov:wasDerivedFrom rdfs:domain prov:Entity ; rdfs:range prov:Entity .
prov:wasGeneratedBy rdfs:domain prov:Entity ; rdfs:range prov:Activity .

org:FormalOrganization rdfs:subClassOf org:Organization .
org:OrganizationalUnit rdfs:subClassOf org:Organization .
org:Organization owl:disjointWith org:Membership , org:Role , org:Site , org:ChangeEvent .
org:Membership owl:disjointWith org:Role , org:Site , org:ChangeEvent .
org:Role owl:disjointWith org:Site , org:ChangeEvent .
org:classification rdfs:domain org:Organization ; rdfs:range skos:Concept .
org:member rdfs:domain org:Membership .
org:organization rdfs:domain org:Membership ; rdfs:range org:Organization .
org:role rdfs:range org:Role .
org:unitOf rdfs:domain org:OrganizationalUnit ; rdfs:range org:FormalOrganization .

skos:Concept owl:disjointWith skos:ConceptScheme , skos:Collection .
skos:ConceptScheme owl:disjointWith skos:Collection .
skos:broader rdfs:subPropertyOf skos:broaderTransitive .
skos:broaderTransitive a owl:TransitiveProperty ; rdfs:subPropertyOf skos:semanticRelation .
skos:broadMatch rdfs:subPropertyOf skos:mappingRelation .
skos:closeMatch rdfs:subPropertyOf skos:mappingRelation .
skos:inScheme rdfs:range skos:ConceptScheme .
skos:mappingRelation rdfs:subPropertyOf skos:semanticRelation .
skos:narrowMatch rdfs:subPropertyOf skos:mappingRelation .
skos:relatedMatch rdfs:subPropertyOf skos:mappingRelation .
skos:semanticRelation rdfs:domain skos:Concept ; rdfs:range skos:Concept .
skos:topConceptOf rdfs:domain skos:Concept ; rdfs:range skos:ConceptScheme .

eli:LegalResource rdfs:subClassOf eli:Work .
eli:LegalResourceSubdivision rdfs:subClassOf eli:LegalResource .
eli:is_about rdfs:domain eli:Work .
eli:passed_by rdfs:domain eli:LegalResource ; rdfs:range eli:Agent .
eli:type_document rdfs:domain eli:LegalResource ; rdfs:range eli:ResourceType .
"""
