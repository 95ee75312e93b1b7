"""Where names find room in a picture: within it, and on no other name and no dot."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

Box = tuple[float, float, float, float]  # left, top, right, bottom
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
        self._taken: dict[tuple[int, int], list[Box]] = {}

    def take(self, box: Box) -> None:
        """Nothing else may stand here."""
        for cell in _cells(box):
            self._taken.setdefault(cell, []).append(box)

    def dot(self, x: float, y: float, size: float) -> None:
        """The room of a dot with its middle and half its width."""
        self.take((x - size, y - size, x + size, y + size))

    def name(self, words: str, x: float, y: float, size: float) -> Markup | None:
        """A name beside its dot: above, to the right, to the left or below, where there is room; else None."""
        wide = len(words) * _LETTER
        away = size + _GAP
        for left, line in (
            (min(max(x - wide / 2, 0), self._width - wide), y - away - _DOWN),
            (x + away, y + 4),
            (x - away - wide, y + 4),
            (min(max(x - wide / 2, 0), self._width - wide), y + away + _UP),
        ):
            box = (left, line - _UP, left + wide, line + _DOWN)
            if left >= 0 and box[2] <= self._width and self._is_free(box):
                self.take(box)
                return Markup(
                    '<text class="name" x="{}" y="{}" text-anchor="middle">{}</text>'
                ).format(round(left + wide / 2, 1), round(line, 1), words)
        return None

    def _is_free(self, box: Box) -> bool:
        return not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for cell in _cells(box)
            for other in self._taken.get(cell, ())
        )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (int(edge // _CELL) for edge in box)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row
