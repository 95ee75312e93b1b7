"""How the numbers of the views are to be read."""

from __future__ import annotations

from kg.explore.meetings import FEW
from kg.explore.views import Measure

# The heads of columns, beside those that are phrases and those that are names of things.
# fmt: off
COLUMNS = (
    "about", "act", "acts", "adopted", "age", "all", "answered", "aspect", "began",
    "betweenness", "bridge", "broker", "by", "carry each", "carry one", "carry other", "centres",
    "change", "chosen", "claim", "claimed", "combines", "concerns", "counted", "country",
    "cut off", "cuts", "date", "disagreement", "done in", "element", "ended", "expected",
    "feature", "first", "fits", "force", "from", "goal", "how", "in", "instrument", "kind",
    "latitude", "lift", "likeness", "links", "longitude", "looked", "made in", "mechanism",
    "meet", "members", "most tied", "named by", "new places", "of", "on", "on the same subject",
    "one", "other", "over", "part", "peer", "place", "places so far", "position", "practice",
    "promised", "question", "rank", "reasons", "recommendation", "section", "served by",
    "shared", "since", "size", "sought", "standing", "State", "stated", "step", "subject",
    "template", "text", "thing", "third", "through", "tie", "ties", "to", "to fill in",
    "true under", "unanswered", "verdict", "weight", "what", "what followed", "what happened",
    "what it did", "where", "which", "who", "year",
)
# fmt: on

INTERSECTIONS = (
    Measure(
        "meet",
        "Things that carry all concepts, each by a value that carries none of the others.",
        "the number of things t such that each concept c has a value in t that carries c alone",
        "All things of that kind which carry at least one right, group, ground, instrument, goal or theme.",
        "A count of what this graph holds, not of the world: where much is on record, more meets. A narrower "
        "concept counts under its broader ones (migrant workers under migrants). Two concepts of which one is "
        "broader than the other are not paired.",
    ),
    Measure(
        "stated",
        "Things that name or centre an intersectional position which combines two or more of the concepts.",
        "the number of things with a value that carries two or more of the concepts at once",
        "As for meet.",
        "Only what a source names as one. Women and migrants named side by side are not migrant women, and "
        "naming migrant women is not counted as naming women and migrants side by side.",
    ),
    Measure(
        "expected",
        "The count that chance alone would give if the concepts were spread without regard to each other.",
        "n₁ × n₂ / N; for k concepts the product of their counts over N to the power k − 1",
        "N: all things of that kind which carry anything.",
        "Assumes that things are alike and independent; acts of one campaign with one wording are not.",
    ),
    Measure(
        "lift",
        "How many times oftener than by chance the concepts meet: 1 is as often, 2 twice as often.",
        "meet / expected",
        "The expected count.",
        f"Given only where the expected count is {FEW:g} or more; below that one act more changes everything. "
        "A high lift is a reason to look, not a cause. With many pairs some are high by chance.",
    ),
)

SILOS = (
    Measure(
        "betweenness",
        "How often one stands on the shortest ways between others (Brandes's algorithm, as NetworkX has it).",
        "for v: the sum over pairs s, t of (shortest paths through v / shortest paths from s to t), divided by "
        "(n − 1)(n − 2) / 2",
        "All pairs of others in the network at the date.",
        "Sees only ties that somebody recorded; who is well documented looks central. An instrument that many cite "
        "is a broker of words, not of people: leave citations out to see people. Where "
        "nodes times ties exceed 300,000 it is estimated from a sample of nodes, and the page says so.",
    ),
    Measure(
        "bridges",
        "Ties whose loss leaves no other way between two parts of two or more each, as NetworkX finds them.",
        "edges e whose removal raises the number of components, with no end of degree 1",
        "All ties at the date.",
        "That no other tie is on record does not say that there is none. Ties with a single loose end are left out.",
    ),
    Measure(
        "parts",
        "Connected components, as NetworkX finds them: groups without any tie to the rest.",
        "maximal sets of nodes joined by paths",
        "All actors, places and instruments with at least one tie at the date.",
        "Two parts may be one in the world. Who has no tie at all at the date is not in the network.",
    ),
    Measure(
        "likeness",
        "How much of what two coalitions carry they share (Jaccard).",
        "shared / (rights and groups of the one or of the other)",
        "The rights and groups said of either coalition, its acts, its practices and its member actors.",
        "A shared concern is a reason to meet, not proof that they never met. Concepts count as they are said, without "
        "their broader ones. Most coalitions have few concerns on record.",
    ),
    Measure(
        "date",
        "A tie counts when it can hold at the date: a year without month may be any day of it.",
        "first day of began ≤ last day of the date, and last day of ended ≥ first day of the date",
        "All ties of the chosen kinds.",
        "A tie without beginning or end on record counts as holding: what is not known is not taken for an end. An "
        "act ties from its adoption until it lapses or is repealed.",
    ),
)

PEERS = (
    Measure(
        "likeness",
        "How much of what two places have to show they share, what few places have counting more: a weighted Jaccard "
        "index, from 0 (nothing) to 1 (all).",
        "sum of w over the features of both / sum of w over the features of either, with w = 1 / log₂(1 + n) for a "
        "feature that n places have",
        "The instruments, rights, groups (with grounds), kinds of act and of follow-up on record of either place.",
        "Compares what is on record: a place of which little is known is unlike all. Narrower concepts count under "
        "their broader ones as well, positions under their parts. Texts that were never adopted do not count. Size, "
        "wealth and law are not compared.",
    ),
    Measure(
        "rank",
        "Where a peer stands at best and at worst when each kind of feature is left out in turn.",
        "min and max of its rank over the six comparisons (all kinds; all but one, for each of the five)",
        "All places that share anything under the comparison.",
        "A wide range says that the likeness hangs on one kind of feature.",
    ),
    Measure(
        "promised",
        "Sorts of follow-up that an act of the place provides for and of which none on record follows any of its acts.",
        "provided for by an act of the place, without those of the practices that follow one",
        "The acts of the place whose text is recorded as providing for something.",
        "Not on record is not the same as not done; the view of gaps says whether anybody looked.",
    ),
)

COMPARE = (
    Measure(
        "in",
        "How many of the compared acts have an element.",
        "the number of compared acts with a statement of that value",
        "The acts that are compared.",
        "Elements count as they are said, without their broader ones. That an act lacks one here may be because "
        "nobody has read it for that: compare acts of which much is on record.",
    ),
    Measure(
        "change",
        "What an act kept, dropped or added against the text that it derives from.",
        "kept: in both; dropped: in the template alone; added: in the act alone",
        "The kinds of content (citations, concerns, names, follow-up) of which the template has any on record.",
        "Compares what is recorded of both texts, not the texts letter by letter. A kind of which nothing is recorded "
        "of the template is left out, for nobody could tell what was added.",
    ),
    Measure(
        "step",
        "How far a text is from the first of its line; of those that cite a common instrument, 1.",
        "number of derivations from a text that derives from no other on record",
        "All texts of the line.",
        "A text that derives from several is listed once, under the first that reaches it.",
    ),
)

GAPS = (
    Measure(
        "commitments without follow-up",
        "Acts that nothing on record follows: no body, budget, report, policy, service or other practice.",
        "acts a of the chosen places with no practice p such that p follows a",
        "Acts that were adopted, or of which nobody recorded whether they were; drafts that failed are left out.",
        "Not on record is not the same as not done. Only a search says that somebody looked; a search for some kinds "
        "says nothing of the others.",
    ),
    Measure(
        "age",
        "Years from the adoption to the date.",
        "date − first date of a stage passed, signed or effective; a month or a year counts from its middle",
        "Commitments with a dated adoption.",
        "Off by up to half a year where only the year is on record. An act that lapsed is counted as well.",
    ),
    Measure(
        "rank",
        "How many places were earlier, plus one, under each way of counting: in the State or the world, all places or "
        "cities alone, by any act or by acts that cite one framework.",
        "1 + number of places whose first dated act lies before this place's; between the least and the greatest "
        "where dates overlap",
        "Places with a dated, adopted act in this graph.",
        "This graph does not hold every act in the world: a place may rank too high here. That a claim comes out "
        "under one of many ways of counting does not show that its source counted so.",
    ),
    Measure(
        "unanswered",
        "For how many places or acts the graph holds no answer to a question.",
        "number of places (or acts) without a statement that answers",
        "The places of the country, or their commitments.",
        "Some have no answer in the world either: an act need cite no instrument.",
    ),
)

REVIEWS = (
    Measure(
        "taken up",
        "Recommendations that a practice here takes up, as a source says.",
        "recommendations r to the State with a practice p here such that p takes up r",
        "The recommendations to the State in this graph.",
        "The graph holds a part of all recommendations. That no practice is tied to one does not say that nothing "
        "is done.",
    ),
    Measure(
        "same subject",
        "Acts and practices here that carry each right and each group of a recommendation, without a source that ties "
        "them to it.",
        "things t here with rights and groups(r) ⊆ rights and groups(t), broader ones of t included",
        "The recommendations to the State in this graph, less those that are taken up.",
        "A common subject is a place to look, not an answer. A recommendation on a broad right is met by anything "
        "narrower.",
    ),
    Measure(
        "links",
        "Ties of acts and practices here to a goal or to one of its targets, as a source says.",
        "number of statements t serves g, with g the goal or a target of it",
        "The acts and practices here.",
        "Few sources name a goal; 0 says that no source in this graph does.",
    ),
)

MODEL = (
    Measure(
        "fits",
        "How many of the chosen elements an act carries.",
        "number of chosen instruments, rights, groups and kinds of follow-up that are said of the act or are broader "
        "than what is said",
        "The elements that are chosen.",
        "Counts what was read of an act. An act that carries none is not shown. Drafts that failed are shown, after "
        "those that were adopted, with their standing.",
    ),
    Measure(
        "acts",
        "How many of the fitting acts were followed by a kind of practice.",
        "number of fitting, adopted acts with a practice of that kind that follows them",
        "The fitting acts that were adopted.",
        "Of many acts nobody looked for follow-up: a share is the least that followed. One act may have several kinds.",
    ),
)

ATLAS = (
    Measure(
        "in force",
        "Acts that were adopted and had neither lapsed nor been repealed.",
        "first day of adoption ≤ last day of the date, and the end, where one is on record, ≥ first day of the date",
        "The acts of cities, counties, villages and settlements of which a date of adoption is on record.",
        "An end that nobody recorded is not seen. An act of a year without month counts for the whole of that year.",
    ),
    Measure(
        "spread",
        "How many places had adopted an act of the kind by the end of each year.",
        "number of places whose first dated adoption lies in that year or before",
        "The places with a dated act in this graph.",
        "Later years are thinner where nobody has looked since. A place counts once, from its first act on, even when "
        "that act ended.",
    ),
)
