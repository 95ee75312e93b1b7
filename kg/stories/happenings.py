"""What happened to a thing and around it: which ways lead there, in which lane of the picture, and what is told."""

from __future__ import annotations

MOMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "Place": (
        ("acts", "^hrc:actOf"),
        ("what followed", "^hrc:actOf/^hrc:follows"),
        ("practices and events", "^hrc:takesPlaceIn"),
        ("status and networks", "^hrc:statusOf|^org:member|^hrc:actionOf"),
    ),
    "Act": (
        ("the act", ""),
        ("what followed", "^hrc:follows"),
        ("searches that found nothing", "^hrc:searchedFor"),
    ),
    "Actor": (
        ("the actor", ""),
        ("networks and names", "^org:member|^hrc:nameOf"),
        ("acts", "^hrc:passedBy|^hrc:initiatedBy|^hrc:sponsoredBy"),
        ("practices and events", "^hrc:carriedOutBy|^hrc:presentedBy"),
    ),
    "Practice": (("the act", "hrc:follows"), ("the practice", "")),
    "Framework": (("the text", ""), ("acts", "^eli:cites|^hrc:derivedFrom")),
    "Right": (("acts", "^hrc:concerns"),),
    "Group": (("acts", "^hrc:names"),),
    "IntersectionalPosition": (("acts", "^hrc:names"),),
}
LANES = tuple(dict.fromkeys(lane for ways in MOMENTS.values() for lane, _ in ways))
# Kinds with so much around them that it is drawn and not told one by one; the chapters tell it.
DRAWN = {"Framework", "Right", "Group", "IntersectionalPosition"}
# What stands for a node without a name, and what it says of the node.
STANDS_FOR = {
    "Status": ("hrc:statusType", "hrc:invokes"),
    "Membership": ("org:organization", "org:role"),
    "TreatyAction": ("hrc:onTreaty", "hrc:treatyActionType"),
    "Search": ("hrc:soughtType", ""),
    "Name": ("hrc:nameText", ""),
}
# From a node without a name to what it belongs to.
BELONGS_TO = (
    *("^hrc:stage", "hrc:statusOf", "hrc:populationOf", "org:member", "hrc:actionOf"),
    *("hrc:participatesIn", "hrc:searchedFor", "hrc:nameOf"),
)
WHAT = {"Practice": "hrc:practiceType"}
DETAILS = {
    "Act": (
        *("hrc:actOf", "hrc:actType", "hrc:passedBy", "hrc:initiatedBy", "hrc:concerns"),
        *("hrc:names", "eli:cites"),
    ),
    "Practice": (
        "hrc:follows",
        "hrc:takesPlaceIn",
        "hrc:carriedOutBy",
        "hrc:concerns",
        "hrc:centres",
    ),
    "Event": ("hrc:presentedBy", "hrc:takesPlaceIn"),
    "Status": ("hrc:invokes",),
}
# Names for the words of others, which bring none along.
OTHERS_WORDS = {"eli:cites": "cites", "org:role": "as"}
DATES = ("hrc:began", "hrc:happenedOn", "hrc:adoptedOn", "hrc:searchedOn")
