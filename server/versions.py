"""Earlier versions of the graph, each with a desk of its own, so that a citation is answered from what was cited.

A desk is opened when it is first asked for; the latest few stay open. Compiling a release's store is long work and is
done in a process of its own: whoever asks first waits for it, others are told to ask again.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Flask, current_app

from kg.errors import VersionNotReady
from kg.releases import Release, Shelf
from kg.sandbox import Plan
from server.desk import Desk, the_desk

_OPEN = 2  # desks besides the present one
_PLAN = Plan(quick=1, spare=1, late=2, dear=1, waiting=100)
_PATIENCE = 25.0  # seconds that whoever asks first waits for a store to be compiled


class Versions:
    """The desks of the releases that are kept."""

    def __init__(self, config: Mapping[str, Any], present: Desk) -> None:
        self._config = dict(config)
        self._present = present
        self._open: OrderedDict[str, Desk] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[str, subprocess.Popen[bytes]] = {}

    def desk(self, version: str) -> Desk:
        """The desk of a version, by its name or digest; "" is the present one.

        Raises UnknownVersion, VersionNotReady.
        """
        present = self._present
        if version in ("", present.store.version, present.built.files):
            return present
        shelf = Shelf.usual()
        release = shelf.find(version)
        if release.version == present.built.files and not release.redacted:
            return present
        key = release.sha256
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
        if not shelf.is_ready(release):
            self._make(release)
        return self._opened(shelf, release)

    def name(self, desk: Desk) -> str:
        """What a desk's version is cited as: the name of its release, or else its digest."""
        if desk.release:
            return desk.release
        named = Shelf.usual().name_of(desk.built.files)
        return desk.store.version if named == desk.built.files else named

    def _make(self, release: Release) -> None:
        """Have a release's store compiled elsewhere, once. Raises VersionNotReady where that takes too long."""
        with self._lock:
            working = self._making.get(release.name)
            first = working is None
            if working is None:
                command = [sys.executable, "-m", "kg.releases", release.name]
                working = self._making[release.name] = subprocess.Popen(command)
        try:
            working.wait(_PATIENCE if first else 0)
        except subprocess.TimeoutExpired:
            raise VersionNotReady(release.name, []) from None
        with self._lock:
            self._making.pop(release.name, None)
        if working.returncode:
            raise VersionNotReady(release.name, [])

    def _opened(self, shelf: Shelf, release: Release) -> Desk:
        with self._lock:
            if release.sha256 in self._open:
                return self._open[release.sha256]
            built = shelf.open(release)
            config = self._config | {
                "HOUSE": shelf.house(release).root,
                "ENDPOINT": None,
                "VISITOR_PLAN": _PLAN,
            }
            desk = replace(Desk.from_config(config, built), release=release.name)
            self._open[release.sha256] = desk
            self._present.others.append(desk)
            while len(self._open) > _OPEN:
                _, old = self._open.popitem(last=False)
                self._present.others.remove(old)
                old.close()
            return desk


def open_desks(app: Flask) -> None:
    """Open an application's desk, and have those of earlier versions open when they are asked for."""
    desk = app.extensions["desk"] = Desk.from_config(app.config)
    app.extensions["versions"] = Versions(app.config, desk)


def the_desk_of(version: str) -> Desk:
    """The desk of a version of the graph. Raises UnknownVersion, VersionNotReady."""
    if not version:
        return the_desk()
    return versions().desk(version)


def versions() -> Versions:
    """The versions of the application that is answering."""
    found: Versions = current_app.extensions["versions"]
    return found
