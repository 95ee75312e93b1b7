"""Where the W3C's test suites are had from: the source distributions of installed packages, fetched by pip."""

from __future__ import annotations

import subprocess
import sys
import tarfile
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
