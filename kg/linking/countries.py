"""Which country is meant: by its ISO 3166-1 code of two or three letters, or by its name in one of many languages.

Names and codes come from the Unicode CLDR as the package `babel` brings it.
"""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global

from kg.linking.names import folded

_LANGUAGES = (
    "en en_GB es fr pt de it nl ca eu gl da sv nb fi is pl cs sk sl hr bs sr hu ro bg el tr ru uk ar fa he hi bn ta ur "
    "id ms sw am zh zh_Hant ja ko th vi"
)
_NO_COUNTRY = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
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
    english = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = {code for code in english if len(code) == 2 and code not in _NO_COUNTRY}
    found |= {folded(code): code for code in codes}
    for other, meant in get_global("territory_aliases").items():
        if len(str(other)) == 3 and str(other).isalpha() and meant[0] in codes:
            found.setdefault(folded(str(other)), meant[0])
    for language in _LANGUAGES.split():
        for code, name in Locale.parse(language).territories.items():
            if code in codes:
                for written in (str(name), str(name).replace("&", "and")):
                    found.setdefault(folded(written), str(code))
    return found


def country_code(written: str) -> str | None:
    """The two-letter code that a country's name or code stands for; None for none that is known."""
    form = folded(written)
    return _known().get(form) or _known().get(form.removeprefix("the "))
