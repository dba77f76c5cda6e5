"""Data flows one way: what may import what (DESIGN: warehouse nothing, crawler and nlp warehouse, dashboard both)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "warehouse": {"warehouse"},
    "crawler": {"crawler", "warehouse"},
    "nlp": {"nlp", "warehouse"},
    "dashboard": {"dashboard", "warehouse", "nlp"},
}


def imported_packages(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return {name.split(".")[0] for name in names} & {*MAY_IMPORT, "rolescope"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_package_imports_only_what_lies_before_it(package: str) -> None:
    modules = list((ROOT / package).rglob("*.py"))
    assert modules
    for path in modules:
        assert imported_packages(path) <= MAY_IMPORT[package], path


def test_a_forbidden_import_is_seen(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("def late():\n    from crawler import items\n")
    assert not imported_packages(module) <= MAY_IMPORT["warehouse"]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_module_bears_a_package_name(package: str) -> None:
    assert not {path.stem for path in (ROOT / package).rglob("*.py")} & {*MAY_IMPORT, "rolescope"}
