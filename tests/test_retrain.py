"""Training on one's own crawl: taken when it is better, refused when it is worse, and back again."""

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from conftest import AT
from sklearn.linear_model import LogisticRegression
from test_train import FILLER
from test_train import WORDS as KNOWN

from nlp import label as labelling
from nlp.label_version import label_version
from nlp.review.labels_file import ReviewedLabel, append_label
from nlp.roles import stacking
from nlp.roles.classifier import RoleClassifier
from nlp.roles.labels import ROLES
from nlp.roles.signals import Linear, Stacker
from nlp.training import retrain as retraining
from nlp.training.comparison import Score, is_better
from nlp.training.own_model import own_folder, own_model, remove_own_model, write_own_model
from nlp.training.refitting import average, refit
from nlp.training.retrain import Retrained, retrain
from rolescope import main
from warehouse import WarehouseError, connect
from warehouse.store import building


def small(model: RoleClassifier) -> RoleClassifier:
    """The model with its most telling features, as if it had learned from few ads: quick to train, and new ads count."""
    largest = np.abs(model.linear["whole"].coef).max(axis=0)
    places = {"title": np.arange(2000), "text": np.sort(np.argsort(-largest)[:4000])}
    linear = {}
    for name, one in model.linear.items():
        kept = places["title" if name == "title" else "text"]
        linear[name] = Linear(one.keys[kept], one.idf[kept], one.coef[:, kept], one.intercept)
    return RoleClassifier(linear, model.stackers, model.hidden, model.version, n_learned=100)


SHIPPED = small(RoleClassifier.load())

NEW = "glimwrights quonders brasklets vemtools ortholoops zindels".split()
"""What this crawl's AI engineers work with."""
UNREAD, READ = 70, 20  # ads of each role


def ad(role: str, number: int, *, read: bool) -> tuple[str, str, str]:
    """Content hash, title and text; the AI engineers that people read say nothing but what is new."""
    chance = random.Random(f"{role}{number}{read}")
    title, known = KNOWN[role]
    words = chance.choices(known.split(), k=30)
    if role == "ai_engineer":
        words = chance.choices(NEW, k=60) if read else [*words, *chance.choices(NEW, k=15)]
        title = "Glimwright" if read else title
    text = " ".join(chance.sample([*words, *chance.choices(FILLER, k=30)], k=len(words) + 30))
    return f"{ROLES.index(role)}{int(read)}{number:014x}", title, text


def labels_of(roles: dict[str, str] | None = None) -> list[ReviewedLabel]:
    """A label for each ad that was read: the right role, or another one by content hash."""
    given = {ad(role, n, read=True)[0]: role for role in ROLES for n in range(READ)}
    given |= roles or {}
    return [
        ReviewedLabel(content_hash=key, role=role, chosen="random", reviewer="ada", reviewed_at=AT)
        for key, role in given.items()
    ]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "rolescope.duckdb"
    ads = [ad(role, n, read=read) for role in ROLES for read in (False, True) for n in range(READ if read else UNREAD)]
    with building(path, AT) as con:
        con.executemany("insert into job_posting_text (content_hash, title, text) values (?, ?, ?)", ads)
        con.execute(
            """
            insert into job_posting by name
            select
                content_hash as posting_id, 'greenhouse' as source, 'invented' as board, content_hash as identifier, title,
                'Employer ' || content_hash as hiring_organization, content_hash, title as title_key,
                timestamp '2026-03-01' as first_seen_at, timestamp '2026-03-01' as last_seen_at, 0 as n_reopened,
                content_hash as cluster_id
            from job_posting_text
            """
        )
    return path


SAMPLE = [(title, " ".join([words] * 3 + FILLER), role) for role, (title, words) in KNOWN.items()]


def retrained(db: Path, labels: list[ReviewedLabel], **more: int) -> Retrained:
    with connect(db) as con, pytest.MonkeyPatch.context() as patch:
        patch.setattr(retraining, "FEWEST_ADS", 100)
        return retrain(con, labels, SAMPLE, shipped=SHIPPED, **more)


@pytest.fixture(scope="module")
def better(db: Path) -> Retrained:
    return retrained(db, labels_of())


def test_new_words_are_learned_and_the_better_model_is_taken(better: Retrained) -> None:
    assert better.taken is better.tried[-1]
    assert better.taken.name == "words and labels"
    assert (better.n_ads, better.n_labels, better.skipped) == (5 * UNREAD, 5 * READ, [])
    old, new = better.shipped.scores["your labels"], better.taken.scores["your labels"]
    assert new.accuracy > old.accuracy + 0.1
    assert new.n == old.n == 5 * READ


def test_shuffled_labels_are_refused(db: Path) -> None:
    keys, roles = zip(*((one.content_hash, one.role) for one in labels_of()), strict=True)
    shuffled = random.Random(1).sample(roles, len(roles))
    result = retrained(db, labels_of(dict(zip(keys, shuffled, strict=True))))
    assert result.taken is None
    assert [one.name for one in result.tried] == ["words and labels", "labels"]


def test_without_labels_only_words_are_tried_and_the_stackers_stay(db: Path) -> None:
    result = retrained(db, [])
    assert [one.name for one in result.tried] == ["words"]
    assert result.tried[0].model.stackers is SHIPPED.stackers
    assert list(result.tried[0].scores) == ["sample ads"]
    assert result.skipped == ["labels: that takes 20 ads of several employers, and there are 0"]


def test_few_ads_are_said_to_be_too_few(db: Path) -> None:
    with connect(db) as con:
        result = retrain(con, labels_of(), SAMPLE, shipped=SHIPPED)
    assert [one.name for one in result.tried] == ["labels"]
    assert result.tried[0].model.linear is SHIPPED.linear
    assert result.skipped == ["words: that takes 2,000 ads of different openings, and there are 350"]


def test_the_same_data_and_seed_give_the_same_bytes(db: Path, better: Retrained, tmp_path: Path) -> None:
    again = retrained(db, labels_of())
    for folder, result in (("a", better), ("b", again)):
        assert result.taken is not None
        write_own_model(tmp_path / folder / "w.duckdb", result.taken.model, {})
    for name in ("roles.npz", "roles.json", "retrained.json"):
        assert (tmp_path / "a" / "model" / name).read_bytes() == (tmp_path / "b" / "model" / name).read_bytes()
    assert (tmp_path / "a" / "model" / "roles.npz").stat().st_size < 5_000_000


# ---- the model's folder


def roles_of_new(db: Path) -> set[str]:
    with connect(db) as con:
        return {role for (role,) in con.execute("select role from job_posting_role").fetchall()}


def test_label_uses_the_own_model_in_each_process_and_goes_back(
    better: Retrained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "w.duckdb"
    monkeypatch.setattr(labelling, "_BATCH", 5)
    with building(own, AT) as con:
        new = [ad("ai_engineer", n, read=True) for n in range(READ)]
        con.executemany("insert into job_posting_text (content_hash, title, text) values (?, ?, ?)", new)
    done = CliRunner().invoke(main, ["label", "--db", str(own), "--workers", "1"])
    assert f"{READ} contents labelled by the shipped model" in done.output
    assert roles_of_new(own) == {"other"}
    assert better.taken is not None
    write_own_model(own, better.taken.model, {})
    folder = own_model(own)
    assert folder == tmp_path / "model"
    assert label_version(folder) != label_version()
    done = CliRunner().invoke(main, ["label", "--db", str(own), "--workers", "2"])
    assert f"{READ} contents labelled by {folder}" in done.output
    assert roles_of_new(own) == {"ai_engineer"}
    back = CliRunner().invoke(main, ["train", "--shipped", "--db", str(own)])
    assert "Back to the shipped model. Next: `rolescope label" in back.output
    assert own_model(own) is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("retrained.json", None),
        ("retrained.json", b"[]"),
        ("retrained.json", b'{"version": "0", "shipped": "0"}'),
        ("roles.npz", None),
        ("roles.npz", b""),
        ("roles.npz", b"PK\x03\x04 cut short"),
        ("roles.json", b"{"),
        ("roles.json", b"{}"),
        ("roles.json", b'{"classes": 1, "roles": 2}'),
    ],
)
def test_a_broken_folder_is_named_with_the_remedy(tmp_path: Path, name: str, content: bytes | None) -> None:
    db = tmp_path / "w.duckdb"
    write_own_model(db, SHIPPED, {})
    assert own_model(db) == tmp_path / "model"
    (tmp_path / "model" / name).unlink()
    if content is not None:
        (tmp_path / "model" / name).write_bytes(content)
    with pytest.raises(WarehouseError, match=r"model .*rolescope train --shipped"):
        own_model(db)
    assert remove_own_model(db)
    assert not remove_own_model(db)


def test_a_model_of_another_version_is_refused(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    write_own_model(db, SHIPPED, {"shipped": "0123456789ab"})
    with pytest.raises(WarehouseError, match="another version"):
        own_model(db)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    own_folder(db).mkdir()
    (own_folder(db) / "thesis.tex").write_text("mine")
    for change in (lambda: remove_own_model(db), lambda: write_own_model(db, SHIPPED, {})):
        with pytest.raises(WarehouseError, match="move it elsewhere"):
            change()
    assert [path.name for path in own_folder(db).iterdir()] == ["thesis.tex"]


def test_no_label_depends_on_the_record_of_a_training(tmp_path: Path) -> None:
    versions = set()
    for seed in (1, 2):
        write_own_model(tmp_path / "w.duckdb", SHIPPED, {"seed": seed})
        versions.add(label_version(tmp_path / "model"))
    assert len(versions) == 1


# ---- the arithmetic


@pytest.mark.parametrize("n_rows", [5, 1])
def test_a_refit_without_prior_is_a_ridge_regression(n_rows: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (300, 6)).astype(np.float32)
    y = (x[:, :3].argmax(axis=1) + (x[:, 3] > 4)) % max(n_rows, 2)
    target = np.eye(5)[y] if n_rows == 5 else y[:, None].astype(float)
    nothing = Stacker(np.zeros((n_rows, 6), dtype=np.float32), np.zeros(n_rows, dtype=np.float32))
    found = refit(nothing, x, target, 0.5, each=n_rows == 1)
    standard = np.concatenate([(x - x.mean(axis=0)) / (x.std(axis=0) + 1e-6), np.ones((300, 1))], axis=1)
    theirs = LogisticRegression(C=0.5, fit_intercept=False, tol=1e-8, max_iter=1000).fit(standard, y)
    expected = np.zeros((300, n_rows))
    expected[:, theirs.classes_ if n_rows == 5 else [0]] = theirs.predict_proba(standard)[:, n_rows == 1 :]
    said = found.each(x) if n_rows == 1 else found(x)
    seen = np.unique(y) if n_rows == 5 else [0]
    np.testing.assert_allclose(said[:, seen], expected[:, seen], atol=0.02 if n_rows == 5 else 1e-3)


def test_a_refit_to_no_ads_or_by_no_strength_changes_nothing() -> None:
    stacker = SHIPPED.stackers["title"]
    empty = np.full((3, stacker.coef.shape[1]), np.nan, dtype=np.float32)
    assert refit(stacker, empty, np.eye(5)[:3], 0.1) is stacker
    x = np.random.default_rng(0).normal(size=(9, stacker.coef.shape[1])).astype(np.float32)
    held = refit(stacker, x, np.eye(5)[[0] * 9], 1e-9)
    np.testing.assert_allclose(held(x), stacker(x), atol=1e-3)


def test_an_average_has_the_features_of_both_and_keeps_what_the_second_never_saw() -> None:
    def linear(keys: list[int], *rows: list[float]) -> Linear:
        coef = np.zeros((16, len(keys)), dtype=np.float32)
        coef[: len(rows)] = rows
        intercept = np.array([1.0] * len(rows) + [-20.0] * (16 - len(rows)), dtype=np.float32)
        return Linear(np.array(keys, dtype=np.uint32), np.ones(len(keys), dtype=np.float32), coef, intercept)

    first, second = linear([3, 7], [1, 2], [5, 6]), linear([3, 5, 7], [2, 4, 6])
    of = average(
        dict.fromkeys(("title", "masked", "whole"), first), dict.fromkeys(("title", "masked", "whole"), second), 0.25
    )
    assert of["title"].keys.tolist() == [3, 5, 7]
    assert of["title"].coef[:2].tolist() == [[1.25, 1, 3], [5, 0, 6]]
    assert of["title"].intercept[:3].tolist() == [1, 1, -20]


@pytest.mark.parametrize(
    ("sample", "own", "better"),
    [
        ((0.8, 0.5), (0.9, 0.4), True),
        ((0.8, 0.5), (0.8, 0.494), True),
        ((0.8, 0.5), (0.8, 0.5), False),
        ((0.8, 0.5), (0.8, 0.497), False),  # better by next to nothing
        ((0.8, 0.504), (0.9, 0.4), True),
        ((0.8, 0.506), (0.9, 0.4), False),
        ((0.79, 0.4), (0.9, 0.4), False),
        ((0.9, 0.4), (0.79, 0.4), False),
    ],
)
def test_better_is_nowhere_worse_and_somewhere_better(
    sample: tuple[float, float], own: tuple[float, float], better: bool
) -> None:
    old = Score(100, 0.8, 0.5)
    new = {"sample ads": replace(old, accuracy=sample[0], log_loss=sample[1]), "your labels": Score(100, *own)}
    assert is_better(new, {"sample ads": old, "your labels": old}) == better


# ---- the command


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["train", *map(str, arguments)], obj=lambda: SAMPLE)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_the_command_shows_both_models_and_keeps_a_record(db: Path, tmp_path: Path) -> None:
    own = tmp_path / "rolescope.duckdb"
    own.symlink_to(db.resolve())
    for one in labels_of():
        append_label(tmp_path / "labels.csv", one)
    status, output = run("--db", own, "--at", "2026-03-04")
    assert status == 0
    assert "Not learned: words: that takes 2,000 ads" in output
    assert re.search(
        r"sample ads, n = 5 +your labels, n = 100\n.*\nshipped .*\nlabels .* taken\nTaken: labels, model", output
    )
    record = json.loads((tmp_path / "model" / "retrained.json").read_text())
    assert record["trained_at"].startswith("2026-03-04")
    assert record["scores"]["shipped"]["your labels"]["n"] == 5 * READ
    assert own_model(own) == tmp_path / "model"


def test_an_earlier_model_goes_when_the_new_one_is_refused(db: Path, tmp_path: Path) -> None:
    own = tmp_path / "rolescope.duckdb"
    own.symlink_to(db.resolve())
    write_own_model(own, SHIPPED, {})
    wrong = {one.content_hash: ROLES[(ROLES.index(one.role) + 1) % 5] for one in labels_of()}
    for one in labels_of(wrong):
        append_label(tmp_path / "labels.csv", one)
    status, output = run("--db", own)
    assert status == 0
    assert "Not taken" in output
    assert f"{tmp_path / 'model'}, of an earlier training, is gone" in output
    assert own_model(own) is None


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--db", "none.duckdb"], 1, "there is no warehouse yet"),
        (["--db", "{db}"], 1, "nothing to learn from: collect more ads, or label some with `rolescope review"),
        (["--db", "{empty}"], 1, "holds no ad to learn from"),
        (["--db", "{db}", "--labels", "none.csv"], 2, "--labels none.csv: there is no such file"),
        (["--db", "{db}", "--labels", "{broken}"], 2, "broken.csv, line 1: the columns are"),
        (["--db", "{db}", "--leave-out"], 2, "go with --gold"),
        (["--shipped", "--gold", "{folder}"], 2, "leave --gold and --labels out"),
        (["--db", "{db}", "--gold", "{folder}"], 2, "it holds no gold.jsonl"),
        (["--db", "{db}", "--shipped"], 0, "It was the shipped model."),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    db: Path, empty_warehouse: Path, tmp_path: Path, arguments: list[str], status: int, message: str
) -> None:
    (tmp_path / "broken.csv").write_text("a,b\n")
    places = {"db": db, "empty": empty_warehouse, "folder": tmp_path, "broken": tmp_path / "broken.csv"}
    found, output = run(*(one.format(**places) for one in arguments))
    assert (found, message in output) == (status, True), output


def test_the_maintainers_train_with_gold_and_write_the_card(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stacking, "_N_REPEATS", 1)
    monkeypatch.setattr(stacking, "_N_FOLDS", 2)
    for one in labels_of({ad("ai_engineer", n, read=True)[0]: "ml_engineer" for n in range(READ)}):
        append_label(tmp_path / "labels.csv", one)
    gold = [(role, *ad(role, n, read=True)) for role in ROLES for n in range(UNREAD, UNREAD + 12)]
    lines = [
        {"ad": key, "stratum": "plain", "role": role, "adjacent": None, "secondary": None} for role, key, *_ in gold
    ]
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    rows = [{"ad": key, "title": title, "company": f"Gold {key}", "description": text} for _, key, title, text in gold]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "gold.parquet")
    out, card = tmp_path / "out", tmp_path / "docs" / "card.md"
    more = ("--labels", tmp_path / "labels.csv", "--out", out, "--card", card)
    status, output = run("--db", db, "--gold", tmp_path, *more)
    assert status == 0, output
    assert f"in {out}: macro-F1 on 60 gold ads: " in output
    assert RoleClassifier.load(out / "model").n_learned > 100
    assert card.read_text().startswith("# Model card")
