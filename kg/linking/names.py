"""Names of places and bodies as people write them, brought to forms in which two spellings of one name meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that no decomposition takes apart.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ħ": "h",
        "ŋ": "ng",
        "ə": "a",
        **dict.fromkeys("\u2018\u2019\u02bb\u02bc", "'"),
    }
)
# What stands before and behind the name proper, folded; the longer before the shorter that it begins with.
_BEFORE = """
city and county of, city of, town of, township of, village of, borough of, county of, municipality of,
metropolitan borough of, royal borough of, london borough of, district of, municipal district of, parish
of, state of, province of, government of, metropolitan municipality of, metropolitan city of, special
city of, ville de, ville d, ville du, commune de, commune d, commune du, commune urbaine de, mairie de,
mairie du, municipalite de, landeshauptstadt, bundeshauptstadt, hauptstadt, hansestadt, freie und
hansestadt, universitatsstadt, kreisfreie stadt, stadtgemeinde, marktgemeinde, gemeinde, stadt, markt,
ciudad autonoma de, ciudad de, municipio de, municipalidad de, alcaldia de, alcaldia mayor de,
ayuntamiento de, ajuntament de, concello de, intendencia de, distrito de, provincia de, cidade de, cidade
do, municipio do, prefeitura municipal de, prefeitura de, prefeitura do, camara municipal de, comune di,
citta di, citta metropolitana di, gemeente, stad, ville, kommune, kota, kabupaten, municipality, miasto,
gmina
"""
_AFTER = """
capital city authority, city council, town council, county council, metropolitan council, city county, d
c, dc, d f, df, metropolitan city, special city, special metropolitan city, metropolitan municipality,
local municipality, city municipality, municipality, municipal council, city corporation, city, town,
county, borough, township, village, district, municipal corporation, kommune, kommun, stad, stadt, si,
shi, gun, gu, dong, il, buyuksehir belediyesi, belediyesi, megyei jogu varos, varos, grad, obcina,
commune
"""


def _any_of(words: str) -> str:
    return "|".join(sorted(" ".join(words.split()).split(", "), key=len, reverse=True))


_PREFIX = re.compile(rf"^(?:the )?(?:{_any_of(_BEFORE)}) (?=\S)")
_SUFFIX = re.compile(rf"(?<=\S) (?:{_any_of(_AFTER)})$")
_SAINTS = ((r"\bst\b", "saint"), (r"\bste\b", "sainte"), (r"\bmt\b", "mount"), (r"\bft\b", "fort"))


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """A name in small letters, without accents, points and signs; letters of other scripts stay."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    apart = re.sub(r"\b([dl])'", r"\1 ", letters).replace("'", "").replace("_", " ")
    words = " ".join(re.findall(r"\w+", apart))
    for short, long in _SAINTS:
        words = re.sub(short, long, words)
    return words


def squeezed(text: str) -> str:
    """A folded name without spaces, so that "D.C." and "DC" are one."""
    return folded(text).replace(" ", "")


def forms(name: str) -> list[str]:
    """The folded forms under which a name may be known, the one nearest to what was written first.

    "Ville de Montréal" gives "ville de montreal" and "montreal"; "Kansas City" also "kansas", which a matcher must
    trust less than the first.
    """
    found = [folded(name)]
    for form in found:
        for pattern in (_PREFIX, _SUFFIX):
            shorter = pattern.sub("", form)
            if shorter and shorter not in found:
                found.append(shorter)
    return found


def parts(written: str) -> tuple[str, list[str]]:
    """A name and what was written behind it: "Jackson, MS (USA)" gives "Jackson" and ["MS", "USA"]."""
    pieces = [piece.strip() for piece in re.split(r"[,;()\[\]/|]|\s[-–—]\s", written)]  # noqa: RUF001
    named = [piece for piece in pieces if piece]
    return (named[0], named[1:]) if named else ("", [])
