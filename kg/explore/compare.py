"""Acts side by side: their lives, what they lay down, what each has alone, and what each made of its template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kg.answers import Term
from kg.explore import blanks
from kg.explore.days import first
from kg.explore.facts import Facts, Statement
from kg.explore.lineage import family, lines
from kg.explore.views import (
    YES,
    Choice,
    Chosen,
    Field,
    Part,
    Result,
    Row,
    View,
    choices,
    iris,
    number,
    text,
    thing,
)
from kg.explore.words import COMPARE
from kg.namespaces import PREFIXES, shorten
from kg.phrases import Phrase, Plural, joined

_DERIVED = "hrc:derivedFrom"
_DEFAULT = 3  # acts that are compared where none is chosen
CONTENT: dict[str, tuple[str, ...]] = {
    Phrase("instrument"): ("eli:cites", "hrc:invokes"),
    Phrase("right or theme"): ("hrc:concerns",),
    Phrase("group, ground or position"): ("hrc:names", "hrc:centres"),
    Phrase("follow-up provided for"): ("hrc:providesFor",),
}
_PLAIN: dict[str, tuple[str, ...]] = {
    Phrase("place"): ("hrc:actOf",),
    Phrase("kind"): ("hrc:actType",),
    Phrase("force"): ("hrc:bindingForce",),
    Phrase("number"): ("eli:number",),
    Phrase("passed by"): ("hrc:passedBy",),
    Phrase("sponsored by"): ("hrc:sponsoredBy",),
    Phrase("begun by"): ("hrc:initiatedBy", "hrc:initiation"),
    Phrase("duty, in its words"): ("hrc:dutyWording",),
    Phrase("template"): (_DERIVED,),
}
KEPT, DROPPED, ADDED = Phrase("kept"), Phrase("dropped"), Phrase("added")
_BUDGET = PREFIXES["practice-type"] + "budget"


def ask(facts: Facts, chosen: Chosen) -> Result:
    """Two to six acts side by side. Raises BadParameter for a number of acts that cannot be compared."""
    acts = iris(chosen["act"])
    if not acts:
        return Result(Phrase("The graph holds no act."), ())
    heads = _heads(facts, acts)
    content = _content(facts, heads)
    parts = (
        Part(
            "sides",
            Phrase("Side by side"),
            Phrase("One row for each aspect."),
            ("aspect", *heads.values()),
            _sides(facts, heads),
            whole=True,
        ),
        content,
        _templates(facts, acts),
        family(facts, acts),
    )
    shared = sum(str(row.cells["in"]) == str(len(acts)) for row in content.rows)
    sentence = Phrase(
        "%(acts)s with %(elements)s between them, of which %(shared)s; %(changes)s.",
        acts=Plural("%(number)s act", "%(number)s acts", len(acts)),
        elements=Plural("%(number)s element", "%(number)s elements", len(content.rows)),
        shared=Plural("%(number)s is in all", "%(number)s are in all", shared),
        changes=_changes(parts[2]),
    )
    told = any(str(row.cells["change"]) != KEPT for row in parts[2].rows)
    note, more = ((), ()) if told else _untold(facts)
    return Result(sentence, (*parts, *more), note, drawing=lines(facts, acts))


def _heads(facts: Facts, acts: Iterable[str]) -> dict[str, str]:
    """By act, what its column is called: its name, with a number where two are called alike."""
    found: dict[str, str] = {}
    for act in acts:
        label, times = facts.label(act), 1
        while (head := label if times == 1 else f"{label} ({times})") in found.values():
            times += 1
        found[act] = head
    return found


def _changes(part: Part) -> str:
    kinds = [str(row.cells["change"]) for row in part.rows]
    if not kinds:
        return Phrase("none is recorded as derived from a template")
    return Phrase(
        "%(kept)s kept, %(dropped)s dropped, %(added)s added against a template",
        **{str(kind): kinds.count(kind) for kind in (KEPT, DROPPED, ADDED)},
    )


# Side by side -------------------------------------------------------------------


def _sides(facts: Facts, heads: dict[str, str]) -> tuple[Row, ...]:
    aspects: dict[str, Callable[[Facts, str], list[tuple[str, tuple[Statement, ...]]]]] = {
        Phrase("life"): _life,
        **{name: _plainly(names) for name, names in _PLAIN.items()},
        **{name: _plainly(names) for name, names in CONTENT.items()},
        Phrase("money"): _money,
        Phrase("follow-up"): _follow_up,
    }
    rows = []
    for aspect, say in aspects.items():
        said = {act: say(facts, act) for act in heads}
        if any(said.values()):
            cells = {
                head: text(joined("; ", (words for words, _ in said[act])))
                for act, head in heads.items()
            }
            basis = tuple(
                one for found in said.values() for _, statements in found for one in statements
            )
            rows.append(Row({"aspect": text(aspect), **cells}, basis))
    return tuple(rows)


def _plainly(
    names: tuple[str, ...],
) -> Callable[[Facts, str], list[tuple[str, tuple[Statement, ...]]]]:
    def say(facts: Facts, act: str) -> list[tuple[str, tuple[Statement, ...]]]:
        return [(_called(facts, said.value), (said,)) for said in facts.said(act, *names)]

    return say


def _called(facts: Facts, value: str) -> str:
    return facts.label(value) if value.startswith(("http:", "https:")) else value


def _life(facts: Facts, act: str) -> list[tuple[str, tuple[Statement, ...]]]:
    """The stages in the order of their dates, those without a date last."""
    found = []
    for stage in facts.values(act, "hrc:stage"):
        day = facts.value(stage, "hrc:happenedOn")
        kinds = [facts.label(kind) for kind in facts.values(stage, "hrc:stageType")]
        over = [facts.label(one) for one in facts.values(stage, "hrc:over")]
        words = joined(" ", [*kinds, day])
        if over:
            words = Phrase("%(stage)s over %(what)s", stage=words, what=joined(", ", over))
        statements = tuple(facts.said(stage, "hrc:stageType", "hrc:happenedOn", "hrc:over"))
        found.append((first(day) if day else "9999", words, statements))
    return [(words, statements) for _, words, statements in sorted(found)]


def _money(facts: Facts, act: str) -> list[tuple[str, tuple[Statement, ...]]]:
    found = [
        (Phrase("provides for a budget"), (said,))
        for said in facts.said(act, "hrc:providesFor")
        if _BUDGET in facts.broader(said.value)
    ]
    return found + [
        (words, statements)
        for words, statements in _follow_up(facts, act)
        if any(_BUDGET in facts.broader(said.value) for said in statements)
    ]


def _follow_up(facts: Facts, act: str) -> list[tuple[str, tuple[Statement, ...]]]:
    found = []
    for practice in facts.things(act, "hrc:follows"):
        kinds = joined(
            ", ", (facts.label(kind) for kind in facts.values(practice, "hrc:practiceType"))
        )
        began = facts.value(practice, "hrc:began")
        since = Phrase("from %(day)s", day=began) if began else ""
        about = joined(", ", [part for part in (kinds, since) if part])
        statements = (
            *facts.said(practice, "hrc:practiceType"),
            Statement(practice, "hrc:follows", act),
        )
        words = facts.label(practice)
        if about:
            words = Phrase("%(name)s (%(about)s)", name=words, about=about)
        found.append((words, statements))
    for search in facts.things(act, "hrc:searchedFor"):
        sought = [facts.label(kind) for kind in facts.values(search, "hrc:soughtType")]
        words = Phrase(
            "looked for (%(kinds)s) on %(day)s, not found",
            kinds=joined(", ", sought) or Phrase("any"),
            day=facts.value(search, "hrc:searchedOn"),
        )
        found.append((words, tuple(facts.said(search, "hrc:searchedFor"))))
    return found


def _content(facts: Facts, heads: dict[str, str]) -> Part:
    """What each act has, by kind and value, with a column for each act."""
    held: dict[tuple[str, str], dict[str, Statement]] = {}
    for act in heads:
        for kind, names in CONTENT.items():
            for said in facts.said(act, *names):
                held.setdefault((kind, said.value), {})[act] = said
    rows = []
    order = list(CONTENT)
    for (kind, value), of in sorted(
        held.items(), key=lambda one: (order.index(one[0][0]), -len(one[1]), one[0])
    ):
        marks = {head: text(YES if act in of else "") for act, head in heads.items()}
        cells: dict[str, Term | None] = {
            "kind": text(kind),
            "element": thing(facts, value),
            "in": number(len(of)),
        }
        rows.append(Row({**cells, **marks}, tuple(of.values())))
    about = Phrase(
        "What the acts cite, concern, name and provide for, as it is said of them; what most have first."
    )
    return Part(
        "content",
        Phrase("What each has"),
        about,
        ("kind", "element", "in", *heads.values()),
        tuple(rows),
        whole=True,
    )


# Against the template -----------------------------------------------------------


def _templates(facts: Facts, acts: Iterable[str]) -> Part:
    rows = [
        Row(
            {
                "act": thing(facts, act),
                "template": thing(facts, origin.value),
                "kind": text(kind),
                "element": thing(facts, value),
                "change": text(change),
            },
            (*basis, origin),
        )
        for act in acts
        for origin in facts.said(act, _DERIVED)
        for kind, value, change, basis in changes(facts, act, origin.value)
    ]
    return Part(
        "templates",
        Phrase("Against the template"),
        Phrase("What each act kept, dropped and added against the text that it derives from."),
        ("act", "template", "kind", "element", "change"),
        tuple(rows),
        Phrase("None of these acts is recorded as derived from a text whose content is on record."),
        whole=True,
    )


def changes(
    facts: Facts, act: str, template: str
) -> Iterator[tuple[str, str, str, tuple[Statement, ...]]]:
    """What an act kept, dropped and added: kind, value, change, and the statements of both that say so.

    A kind of content of which the template has nothing on record is left out: whether it was added cannot be told.
    """
    for kind, names in CONTENT.items():
        ours = {said.value: said for said in facts.said(act, *names)}
        theirs = {said.value: said for said in facts.said(template, *names)}
        for value in sorted(ours.keys() | theirs.keys()) if theirs else ():
            change = (KEPT if value in ours else DROPPED) if value in theirs else ADDED
            yield (
                kind,
                value,
                change,
                tuple(side[value] for side in (ours, theirs) if value in side),
            )


def _differs(facts: Facts, act: str) -> int:
    """How much an act is recorded to have dropped and added against its templates, in the kinds of content of which
    anything is on record of it too."""
    found = 0
    for origin in facts.values(act, _DERIVED):
        told = list(changes(facts, act, origin))
        read = {kind for kind, _, change, _ in told if change != DROPPED}
        found += sum(change != KEPT for kind, _, change, _ in told if kind in read)
    return found


def _untold(facts: Facts) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """What to say where nothing that was dropped or added can be shown, and the table in which to say it."""
    every = facts.of_class("hrc:Act")
    derived = [act for act in every if facts.values(act, _DERIVED)]
    lacking = [act for act in derived if not _differs(facts, act)]
    if not lacking:
        return (), ()
    origins = {act: facts.values(act, _DERIVED) for act in derived}
    held = [act for act in derived if any(any(changes(facts, act, it)) for it in origins[act])]
    note = Phrase(
        "What was dropped or added cannot be told of these acts. Of %(acts)s acts %(derived)s are recorded as derived "
        "from another text; %(held)s of them have a template whose content is on record, and %(changed)s are known to "
        "have dropped or added anything. Whoever has read such an act can say in the last table what it cites, "
        "concerns and names.",
        acts=len(every),
        derived=len(derived),
        held=len(held),
        changed=len(derived) - len(lacking),
    )
    about = Phrase(
        "A table to fill in and bring under Contribute: what each act cites, which rights it concerns, whom it names. "
        "They derive from another text, and nothing is on record that they dropped or added."
    )
    pairs = [(facts.value(act, "hrc:actOf"), act) for act in lacking]
    return (note,), (blanks.acts(facts, pairs, about),)


def _acts(facts: Facts) -> list[Choice]:
    return choices(facts, facts.of_class("hrc:Act"))


def _default(facts: Facts) -> tuple[str, ...]:
    """Three acts of one family, which have a template or a cited instrument in common: those that dropped and added
    most against their template, as far as any did, else those with most on record."""
    names = [name for names in CONTENT.values() for name in names]
    held = {act: len(facts.values(act, *names)) for act in facts.of_class("hrc:Act")}
    families: dict[str, set[str]] = {"": set(held)} if len(held) > 1 else {}
    differs = {act: _differs(facts, act) for act in held}
    for name in (_DERIVED, "eli:cites"):
        for act, origin in facts.pairs(name):
            if act in held:
                families.setdefault(origin, set()).add(act)
    best = {
        origin: sorted(acts, key=lambda act: (-differs[act], -held[act], act))[:_DEFAULT]
        for origin, acts in families.items()
        if len(acts) > 1
    }
    richest = max(
        sorted(best),
        key=lambda origin: (
            origin != "",
            sum(differs[act] for act in best[origin]),
            sum(held[act] for act in best[origin]),
        ),
        default="",
    )
    return tuple(shorten(act) for act in best.get(richest, ()))


VIEW = View(
    "compare",
    "How do these acts differ, and what did each make of its template?",
    "Two to six acts side by side.",
    (
        Field(
            "act",
            "Acts",
            "Two to six.",
            choices=_acts,
            many=True,
            least=2,
            most=6,
            default=_default,
        ),
    ),
    COMPARE,
    ask,
    {
        "in": "How many of the compared acts have it.",
        "change": "Kept: in both. Dropped: in the template only. Added: in the act only.",
        "step": "How many derivations from the first text.",
    },
)
