"""What is wrong with the installation of rolescope: versions, and packages that stand in the way of ours."""

import platform
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from warehouse.finding import Finding

PACKAGES = ("crawler", "dashboard", "nlp", "warehouse")
_INSTALL = "in the folder of rolescope, run `uv sync --no-dev` (or `pip install -e .`)"


def examine_installation(root: Path = Path(__file__).parent.parent) -> Iterator[Finding]:
    """What is wrong with the Python and the packages that rolescope, which lies in ``root``, runs with."""
    python, needed, release = _needs(root)
    if platform.python_version() not in SpecifierSet(python):
        yield Finding(
            f"this is Python {platform.python_version()}; rolescope needs {python}", "it won't run whole", _INSTALL
        )
    for requirement in map(Requirement, needed):
        if requirement.marker and not requirement.marker.evaluate():
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield Finding(f"{requirement.name} is not installed", "what needs it ends with an error", _INSTALL)
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            yield Finding(
                f"{requirement.name} is {found}; rolescope needs {requirement.specifier}",
                "it may fail, or do something else",
                _INSTALL,
            )
    for package in PACKAGES:
        spec = find_spec(package)
        place = Path(spec.origin).parent.parent if spec and spec.origin else None
        if place != root:
            yield Finding(
                f"the package {package} is taken from {place or 'nowhere'}, not from {root}",
                "another project's package of that name stands in the way of ours",
                f"`pip uninstall {package}`; then, {_INSTALL}",
            )
    try:
        installed = version("rolescope")
    except PackageNotFoundError:
        installed = "not at all"
    if installed != release:
        yield Finding(
            f"rolescope {release} lies in {root}, but is installed as: {installed}",
            "what it makes bears another version than it is of, and packages that it needs may be missing",
            _INSTALL,
        )


def _needs(root: Path) -> tuple[str, list[str], str]:
    """Versions of Python that rolescope needs, its requirements and its version: by pyproject.toml in a checkout, else by
    what was installed."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return project["requires-python"], project["dependencies"], project["version"]
    except FileNotFoundError:
        return metadata("rolescope")["Requires-Python"], requires("rolescope") or [], version("rolescope")
