"""Where names find room in a picture: within it, and on no other name and no dot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

Box = tuple[float, float, float, float]  # left, top, right, bottom
Taken = dict[tuple[int, int], list[Box]]  # by cell, the boxes that reach into it
_LETTER, _UP, _DOWN, _GAP = (
    6.3,
    10.0,
    3.0,
    3.0,
)  # of letters of 11 px: width, and reach above and below their line
_CELL = 64.0


class Room:
    """The room of a picture of a width. Dots take theirs first, then names, the most important first."""

    def __init__(self, width: float) -> None:
        self._width = width
        self._dots: Taken = {}
        self._names: Taken = {}

    def dot(self, x: float, y: float, size: float) -> None:
        """The room of a dot with its middle and half its width."""
        _take(self._dots, (x - size, y - size, x + size, y + size))

    def name(
        self, words: str, x: float, y: float, size: float, over_dots: bool = False
    ) -> Markup | None:
        """A name beside its dot: above, to the right, to the left or below, where there is room; else None.

        `over_dots`: it may stand on dots where there is none, but on no name.
        """
        free = self._beside(words, x, y, size, (self._dots, self._names))
        if free is None and over_dots:
            free = self._beside(words, x, y, size, (self._names,))
        if free is None:
            return None
        left, line = free
        wide = len(words) * _LETTER
        _take(self._names, (left, line - _UP, left + wide, line + _DOWN))
        return Markup('<text class="name" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            round(left + wide / 2, 1), round(line, 1), words
        )

    def _beside(
        self, words: str, x: float, y: float, size: float, taken: Sequence[Taken]
    ) -> tuple[float, float] | None:
        """Where a name can begin, and its line."""
        wide = len(words) * _LETTER
        away = size + _GAP
        for left, line in (
            (min(max(x - wide / 2, 0), self._width - wide), y - away - _DOWN),
            (x + away, y + 4),
            (x - away - wide, y + 4),
            (min(max(x - wide / 2, 0), self._width - wide), y + away + _UP),
        ):
            box = (left, line - _UP, left + wide, line + _DOWN)
            if left >= 0 and box[2] <= self._width and all(_is_free(of, box) for of in taken):
                return left, line
        return None


def _take(taken: Taken, box: Box) -> None:
    for cell in _cells(box):
        taken.setdefault(cell, []).append(box)


def _is_free(taken: Taken, box: Box) -> bool:
    return not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for cell in _cells(box)
        for other in taken.get(cell, ())
    )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (int(edge // _CELL) for edge in box)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row
