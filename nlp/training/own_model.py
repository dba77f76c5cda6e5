"""The model of one's own: the folder ``model`` beside the warehouse, which labels its ads in place of the shipped one."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from nlp.roles.classifier import RoleClassifier
from warehouse import WarehouseError

_RECORD = "retrained.json"
_FILES = {"roles.npz", "roles.json", _RECORD}
_REMEDY = "Train it again with `rolescope train`, or go back to the shipped one with `rolescope train --shipped`."


def own_folder(db: Path) -> Path:
    """Where the warehouse's own model is, if it has one."""
    return db.parent / "model"


def own_model(db: Path) -> Path | None:
    """The folder of the model to label with; None: there is none, so it is the shipped one. Raises WarehouseError where it
    is broken, or wasn't made from the model that ships with this version."""
    folder = own_folder(db)
    if not folder.exists():
        return None
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        found, made, made_from = RoleClassifier.load(folder).version, record["version"], record["shipped"]
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise WarehouseError(f"{folder} holds no model that can be read ({error!r}). {_REMEDY}") from error
    if made_from != RoleClassifier.load().version or found != made:
        raise WarehouseError(f"{folder} was changed, or made by another version of rolescope. {_REMEDY}")
    return folder


def write_own_model(db: Path, model: RoleClassifier, record: Mapping[str, Any]) -> str:
    """Put a model, with a record of where it is from, in the place of the one that was there, all at once; returns its
    version. Raises WarehouseError where other files are in the folder."""
    from nlp.training.train import write_model  # with all that training needs, which labelling does without

    folder = own_folder(db)
    _refuse_others(folder)
    new, old = (folder.with_name(f".model-{kind}-{os.getpid()}") for kind in ("new", "old"))
    try:
        write_model(new, model.linear, model.hidden, model.stackers, model.n_learned)
        version = RoleClassifier.load(new).version
        content = {"version": version, "shipped": RoleClassifier.load().version, **record}
        (new / _RECORD).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return version


def remove_own_model(db: Path) -> bool:
    """Go back to the shipped model; whether there was another. Raises WarehouseError where other files are in the folder."""
    folder = own_folder(db)
    _refuse_others(folder)
    if folder.exists():
        shutil.rmtree(folder)
        return True
    return False


def _refuse_others(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - _FILES):
        raise WarehouseError(f"{folder} holds what is no model of rolescope's: move it elsewhere, it would be lost.")
