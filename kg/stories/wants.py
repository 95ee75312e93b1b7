"""Which chapters the story of each kind of thing has, and what each tells. A table to read and to add to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Want:
    """A chapter: the way from the thing to its lines, written as a SPARQL property path of `^`, `/` and `|`.

    `show`: the property of what was reached that stands in the line for it, for nodes without names of their own.
    `details` and `texts` are properties told with a line. `wide`: lines of narrower concepts belong here too.
    `only`: the class that a line must have. `most`: how many lines are shown.
    """

    title: str
    path: str
    show: str = ""
    details: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    wide: bool = False
    only: str = ""
    most: int = 25


RESTS = "^hrc:source/hrc:about"  # each line with the words that were read in the source
_ACT = ("hrc:actOf", "hrc:actType", "hrc:concerns", "hrc:names")
_PRACTICE = (
    "hrc:practiceType",
    "hrc:takesPlaceIn",
    "hrc:carriedOutBy",
    "hrc:concerns",
    "hrc:centres",
)
_WORDS = ("dcterms:description",)
_PARTY = ("hrc:madeIn", "hrc:countedAmong")


_OF_PLACE = ("", "^hrc:actOf/", "^hrc:takesPlaceIn/", "^hrc:actOf/^hrc:follows/")


def _around(ways: tuple[str, ...] = ("",)) -> tuple[Want, ...]:
    """What is claimed, doubted and said of a thing and of what these ways lead to."""

    def path(end: str) -> str:
        return "|".join(way + end for way in ways)

    about = path("^hrc:about")
    return (
        Want(
            "Who disagrees",
            path("^hrc:about/^hrc:party"),
            details=("hrc:disagreementType",),
            texts=_WORDS,
        ),
        Want("Claims", about, details=("hrc:about", *_PARTY), texts=("hrc:claims",), only="Claim"),
        Want(
            "What is said about it",
            about,
            details=("hrc:statementType", "hrc:saidBy"),
            only="Statement",
        ),
        Want("Open questions", about, texts=_WORDS, only="OpenQuestion"),
    )


PART_TAKEN = Want("Who takes part", "^hrc:participatesIn", "hrc:participant", ("hrc:role",))

WANTS: dict[str, tuple[Want, ...]] = {
    "Place": (
        Want(
            "Where somebody looked and found nothing",
            "^hrc:actOf/^hrc:searchedFor",
            "hrc:searchedFor",
            ("hrc:soughtType",),
        ),
        Want("What it is called", "^hrc:statusOf", "hrc:statusType", ("hrc:invokes",)),
        Want("Networks it belongs to", "^org:member", "org:organization", ("org:role",)),
        Want("Who governs it", "^hrc:governs"),
        Want("Who acts here", "^hrc:basedIn", details=("hrc:actorType",)),
        Want(
            "Networks that its government belongs to",
            "^hrc:governs/^org:member",
            "org:organization",
            ("org:role",),
        ),
        Want("Asked of it", "^hrc:addressedTo", details=("hrc:statementType", "hrc:saidBy")),
        Want(
            "Recommended to it",
            "^hrc:recommendedTo",
            details=("hrc:recommendedBy", "hrc:mechanism", "hrc:concerns", "hrc:centres"),
        ),
        Want("Treaties", "^hrc:actionOf", "hrc:onTreaty", ("hrc:treatyActionType",)),
        Want("Inhabitants", "^hrc:populationOf", "hrc:inhabitants", ("hrc:countedIn",)),
        Want("Near it", "hrc:near"),
        Want("Places in it", "^hrc:within"),
        *_around(_OF_PLACE),
    ),
    "Act": (
        Want("Of which place", "hrc:actOf"),
        Want("Who brought it about", "hrc:initiatedBy"),
        Want("Who pushed it", "hrc:sponsoredBy"),
        Want("Who passed it", "hrc:passedBy"),
        Want("What it cites", "eli:cites"),
        Want("Rights and themes", "hrc:concerns"),
        Want("Groups, grounds and positions that it names", "hrc:names"),
        Want("What it asks for", "hrc:providesFor"),
        Want("Its words on duty", "hrc:dutyWording"),
        Want("On what it failed or was changed", "hrc:stage/hrc:over"),
        Want("Its template", "hrc:derivedFrom"),
        Want("Acts of the same template", "hrc:derivedFrom/^hrc:derivedFrom", details=_ACT),
        Want("Acts that took over its words", "^hrc:derivedFrom", details=_ACT),
        PART_TAKEN,
        *_around(),
    ),
    "Actor": (
        Want("What it governs", "hrc:governs"),
        Want("Where it is based", "hrc:basedIn"),
        Want("Part of", "org:unitOf"),
        Want("Names it had", "^hrc:nameOf", "hrc:nameText"),
        Want("What it belongs to", "^org:member", "org:organization", ("org:role",)),
        Want("Who belongs to it", "^org:organization", "org:member", ("org:role",)),
        Want("What it takes part in", "^hrc:participant", "hrc:participatesIn", ("hrc:role",)),
        Want("What it speaks for", "^hrc:promotedBy", details=_PRACTICE),
        Want("What it runs", "^hrc:governedBy", details=_PRACTICE),
        Want("What was brought before it", "^hrc:heardBy", details=_PRACTICE),
        Want("Events it hosted", "^hrc:hostedBy", details=("hrc:takesPlaceIn",)),
        Want("What it said", "^hrc:saidBy", details=("hrc:statementType", "hrc:concerns")),
        Want(
            "What it recommended",
            "^hrc:recommendedBy",
            details=("hrc:recommendedTo", "hrc:concerns", "hrc:centres"),
        ),
        Want("Asked of it", "^hrc:addressedTo", details=("hrc:statementType", "hrc:saidBy")),
        Want("Its units", "^org:unitOf"),
        *_around(),
    ),
    "Framework": (
        Want("Acts that cite it", "^eli:cites", details=_ACT, wide=True),
        Want("Acts that took over its words", "^hrc:derivedFrom", details=_ACT),
        Want(
            "Places that are called by it",
            "^hrc:invokes",
            "hrc:statusOf",
            ("hrc:statusType",),
            only="Status",
        ),
        Want("Practices that invoke it", "^hrc:invokes", details=_PRACTICE, only="Practice"),
        Want("Who invokes it", "^hrc:invokes", only="Actor"),
        Want("Statements that invoke it", "^hrc:invokes", only="Statement"),
        Want(
            "Its parts, with the rights that they guarantee",
            "^hrc:partOf",
            details=("hrc:guarantees",),
        ),
        Want("What States did", "^hrc:onTreaty", "hrc:actionOf", ("hrc:treatyActionType",)),
        Want(
            "Recommendations made in it",
            "^hrc:mechanism",
            details=("hrc:recommendedTo", "hrc:recommendedBy", "hrc:concerns"),
        ),
        *_around(),
    ),
    "Provision": (
        Want("Part of", "hrc:partOf"),
        Want("Rights that it guarantees", "hrc:guarantees"),
        Want("Acts that cite it", "^eli:cites", details=_ACT),
    ),
    "skos:Concept": (
        Want("What meets in it", "hrc:combines"),
        Want("Wider", "skos:broader"),
        Want("Narrower", "^skos:broader"),
        Want("Positions in which it meets others", "^hrc:combines", details=("hrc:combines",)),
        Want("Where it is guaranteed", "^hrc:guarantees", details=("hrc:partOf",), wide=True),
        Want(
            "Acts that concern it",
            "^hrc:concerns",
            details=("hrc:actOf", "hrc:actType", "hrc:names"),
            wide=True,
            only="Act",
        ),
        Want(
            "Acts that name it",
            "^hrc:names",
            details=("hrc:actOf", "hrc:actType", "hrc:concerns"),
            wide=True,
        ),
        Want("Practices for it", "^hrc:concerns", details=_PRACTICE, wide=True, only="Practice"),
        Want(
            "Practices that centre it",
            "^hrc:centres",
            details=_PRACTICE,
            wide=True,
            only="Practice",
        ),
        Want("Measures", "^hrc:concerns", wide=True, only="Measure"),
        Want(
            "Recommendations to States",
            "^hrc:concerns",
            details=("hrc:recommendedTo", "hrc:mechanism"),
            wide=True,
            only="Recommendation",
        ),
        Want(
            "Recommendations that centre it",
            "^hrc:centres",
            details=("hrc:recommendedTo", "hrc:mechanism"),
            wide=True,
            only="Recommendation",
        ),
        Want(
            "Statements",
            "^hrc:concerns",
            details=("hrc:saidBy", "hrc:saidAt"),
            wide=True,
            only="Statement",
        ),
        Want(
            "Statements that centre it",
            "^hrc:centres",
            details=("hrc:saidBy", "hrc:saidAt"),
            wide=True,
            only="Statement",
        ),
        Want("Failed or changed over it", "^hrc:over/^hrc:stage", details=("hrc:actOf",)),
        Want(
            "Acts of this kind",
            "^hrc:actType",
            details=("hrc:actOf", "hrc:concerns", "hrc:names"),
            wide=True,
        ),
        Want("Acts that ask for it", "^hrc:providesFor", details=_ACT),
        Want(
            "Practices of this kind",
            "^hrc:practiceType",
            details=("hrc:takesPlaceIn", "hrc:carriedOutBy", "hrc:concerns"),
            wide=True,
        ),
        Want("Actors of this kind", "^hrc:actorType", details=("hrc:basedIn",), wide=True),
        Want("Frameworks of this kind", "^hrc:frameworkType"),
        Want("Places of this status", "^hrc:statusType", "hrc:statusOf"),
        Want("Who has this role", "^hrc:role", "hrc:participant", ("hrc:participatesIn",)),
        Want("What serves it", "^hrc:servesGoal", wide=True),
    ),
    "Practice": (
        Want("Which act it follows", "hrc:follows", details=_ACT),
        Want("Where", "hrc:takesPlaceIn"),
        Want("Who does it", "hrc:carriedOutBy"),
        Want("Who began it", "hrc:initiatedBy"),
        Want("Who runs it", "hrc:governedBy"),
        Want("Who speaks for it", "hrc:promotedBy"),
        PART_TAKEN,
        Want("Whom it puts first", "hrc:centres"),
        Want("Rights and themes", "hrc:concerns"),
        Want("What it invokes", "hrc:invokes"),
        Want("Recommendations that it takes up", "hrc:takesUp", details=("hrc:recommendedTo",)),
        Want("Goals that it serves", "hrc:servesGoal"),
        Want("Before whom it was brought", "hrc:heardBy"),
        Want(
            "What else followed the same act",
            "hrc:follows/^hrc:follows",
            details=("hrc:practiceType",),
        ),
        *_around(),
    ),
    "Event": (
        Want("Where", "hrc:takesPlaceIn"),
        Want("Who put it on", "hrc:presentedBy"),
        Want("Who hosted it", "hrc:hostedBy"),
        Want("Who was there", "hrc:gathered"),
        PART_TAKEN,
        Want(
            "What was said",
            "^hrc:saidAt",
            details=("hrc:statementType", "hrc:saidBy", "hrc:voice"),
        ),
        Want("What was told", "^hrc:toldAt"),
        *_around(),
    ),
    "Source": (
        Want("What rests on it", RESTS, most=35),
        Want("Claims made in it", "^hrc:madeIn", details=("hrc:about",), texts=("hrc:claims",)),
        Want("What it leaves open", "^hrc:source", texts=_WORDS, only="OpenQuestion"),
    ),
    "Claim": (
        Want("About what", "hrc:about"),
        Want("Where it was made", "hrc:madeIn"),
        Want("What contradicts it", "hrc:contradicts", details=_PARTY, texts=("hrc:claims",)),
        Want(
            "What it is contradicted by",
            "^hrc:contradicts",
            details=_PARTY,
            texts=("hrc:claims",),
        ),
        Want("The disagreement", "^hrc:party", details=("hrc:disagreementType",), texts=_WORDS),
    ),
    "Disagreement": (
        Want("The sides", "hrc:party", details=("hrc:about", *_PARTY), texts=("hrc:claims",)),
    ),
    "Statement": (
        Want("Who says it", "hrc:saidBy"),
        Want("Where it was said", "hrc:saidAt"),
        Want("To whom", "hrc:addressedTo"),
        Want("About what", "hrc:about"),
        Want("Rights and themes", "hrc:concerns"),
        Want("Whom it puts first", "hrc:centres"),
    ),
    "Recommendation": (
        Want("To whom", "hrc:recommendedTo"),
        Want("Who asks", "hrc:recommendedBy"),
        Want("In which review", "hrc:mechanism"),
        Want("Rights and themes", "hrc:concerns"),
        Want("Whom it puts first", "hrc:centres"),
        Want("Goals that it serves", "hrc:servesGoal"),
        Want("Practices that take it up", "^hrc:takesUp", details=_PRACTICE),
    ),
    "Vision": (
        Want("Who speaks for it", "hrc:promotedBy"),
        Want("Its parts", "^hrc:partOf", details=("hrc:concerns", "hrc:centres")),
    ),
    "Measure": (
        Want("Part of", "hrc:partOf"),
        Want("Rights and themes", "hrc:concerns"),
        Want("Whom it puts first", "hrc:centres"),
        Want("Practices that carry it out", "^hrc:putsIntoEffect", details=_PRACTICE),
    ),
    "Stage": (
        Want("Of which act", "^hrc:stage", details=("hrc:actOf", "hrc:actType")),
        Want("What happened", "hrc:stageType"),
        Want("On what it failed or was changed", "hrc:over"),
    ),
    "Status": (
        Want("Of which place", "hrc:statusOf"),
        Want("What it is called", "hrc:statusType"),
        Want("What it invokes", "hrc:invokes"),
    ),
    "Membership": (
        Want("Who belongs", "org:member"),
        Want("To what", "org:organization"),
    ),
    "Participation": (
        Want("Who takes part", "hrc:participant", details=("hrc:actorType",)),
        Want("What it takes part in", "hrc:participatesIn"),
    ),
    "TreatyAction": (
        Want("Which State", "hrc:actionOf"),
        Want("What happened", "hrc:treatyActionType"),
        Want("Treaties", "hrc:onTreaty"),
    ),
    "PopulationFigure": (Want("Of which place", "hrc:populationOf"),),
    "Search": (
        Want("Of which act", "hrc:searchedFor", details=("hrc:actOf", "hrc:actType")),
        Want("What was looked for", "hrc:soughtType"),
    ),
    "Name": (Want("Who had it", "hrc:nameOf"),),
    "OpenQuestion": (
        Want("About what", "hrc:about"),
        Want("What leaves it open", "hrc:source"),
    ),
    "Testimony": (
        Want("Where it was told", "hrc:toldAt"),
        Want("Whom it puts first", "hrc:centres"),
        Want("Rights and themes", "hrc:concerns"),
        Want("Before whom it was brought", "hrc:heardBy"),
    ),
}
