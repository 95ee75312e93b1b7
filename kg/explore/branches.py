"""The two sides of every bridge of a network, from one walk through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx  # takes long to load, so who needs it loads it


class Branches:
    """A tree through each component. A bridge lies in it, and what hangs below it is a stretch of the walk."""

    def __init__(self, graph: nx.Graph[str]) -> None:
        import networkx as nx

        self._above: dict[str, str] = {}
        self._order: list[str] = []
        self._component: dict[str, set[str]] = {}
        for component in nx.connected_components(graph):
            root = next(iter(component))
            above = {below: node for node, below in nx.dfs_edges(graph, root)}
            self._above |= above
            self._order += [root, *above]
            self._component |= dict.fromkeys(component, component)
        self._at = {node: at for at, node in enumerate(self._order)}
        self._size = dict.fromkeys(self._order, 1)
        for node in reversed(self._order):
            if node in self._above:
                self._size[self._above[node]] += self._size[node]

    def sides(self, one: str, other: str) -> tuple[frozenset[str], frozenset[str]]:
        """The two sides of a bridge: that of its one end, and that of the other."""
        low = one if self._above.get(one) == other else other
        at = self._at[low]
        below = frozenset(self._order[at : at + self._size[low]])
        rest = frozenset(self._component[low] - below)
        return (below, rest) if low == one else (rest, below)
