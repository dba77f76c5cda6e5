"""The model card, written from the metrics of a training run."""

from collections.abc import Mapping
from typing import Any

from nlp.roles.labels import ROLES

_INTRODUCTION = """# Model card: role classifier

<!-- Written by `rolescope train` from nlp/roles/metrics.json. Don't edit. -->

Says which role a job ad is: AI engineer, ML engineer, data scientist, full-stack engineer, or other (with one of twelve
neighbours). Three answers are kept apart: from the title alone, from the text with the words of the ad's own title and
of all role titles hidden, and from everything. `nlp/roles.csv` defines the roles.

**How it works.** Multinomial linear models on hashed words and word pairs of the spaCy Doc (sublinear tf-idf) tell
sixteen classes apart, one in the title, two in the text (with and without hidden words). Sections on benefits and law
aren't read. A small multinomial regression for each answer turns their log-odds into the five probabilities; it also reads
how densely the text uses the words of each cue of `nlp/roles/cues.csv`, whether it has both sides of a full stack, and which rule
of `nlp/roles/titles.csv` matches the title. Texts of few words count less. No word is stored with the model, only 22-bit hashes;
the files hold plain arrays and JSON.

**Training data.** Public research copies of LinkedIn, Glassdoor, Indeed, Built In, Hacker News and other ads,
2015 – 2026. None of their text is in the product. `nlp/labels.csv` holds labels of {n_labelled:,} of them by content hash:
each ad was read, nearly all of them once, by a model-assisted reader who followed the annotation guide and did not see
what the classifier said. Of 88 gold ads that were mixed in unmarked, the readers gave 87 their gold role; of 60 that two of
them read, 59 the same. No linear model learns from a read ad or its copies: they learn weak labels. First, what
`nlp/roles/titles.csv` says of the title, corrected by what the text talks about; then, for all ads of the pool, what regressions
say that are fitted to the read ads, where these are sure. At most three ads of one employer and kind of title, no opening
twice.

**Measured on** gold: ads that two such readers read in full and agree on, sampled to be hard: half of them have mixed or
plain titles that mislead. No model learns from a gold ad or from its employer's other ads, except that the regressions are
fitted to all read ads, gold included: so every score on read ads is of a cross-validation grouped by employer. Intervals
are 95 %, from a bootstrap over ads.
"""

_LIMITS = """
## Known limits

- On text alone the scores stay below those of title and text: with the role words hidden, an ad of few words says too
  little. Boosted trees on the same inputs, a small neural network on the words, scores line by line, and twice as many
  words were tried and gained nothing that chance would not (`docs/decisions/0007-role-model.md`).
- *AI/ML engineer*, *applied scientist* and *software engineer, AI* are decided by the duties; the two roles share most of
  their words, and most mistakes are between them, or between either and research, platform and back-end work.
- German, Spanish, Italian, Portuguese, Dutch and French ads are labelled from titles, tools and loanwords; few ads in
  other languages were read.
- An ad without a word that the model knows gets no label. Of an ad that lists several jobs, each is labelled by its own
  lines (`job_posting_role_part`); five in six such jobs are found.
- The second role is right in less than half of the cases where it is given.
- The title rules and cues were written with gold ads in view, so the scores may be a little too good: ads that took no
  part in anything are the better measure.
"""


def model_card(metrics: Mapping[str, Any]) -> str:
    """The page as Markdown."""
    training, read = metrics["training"], metrics["read"]
    n_by_class = ", ".join(f"{name} {n:,}" for name, n in training["n_by_class"].items())
    role = metrics["role"]
    lines = [
        _INTRODUCTION.format(n_labelled=read["other"]["n"] + read["other_languages"]["n"]),
        f"Version `{metrics['version']}`, seed {metrics['seed']}, made by `{metrics['command']}`. {training['n_ads']:,} ads, of "
        f"which {training['n_left_out_read']:,} were left out as read ads, their copies, or of gold employers, "
        f"{training['n_left_out_repeated']:,} as repeated; {training['n_sampled']:,} sampled, {training['n_learned']:,} of "
        f"them sure enough to learn from ({n_by_class}). {read['gold']['n']} gold ads: {_by_role(read['gold'])}. Other read "
        f"ads: {read['other']['n']:,} in English ({_by_role(read['other'])}), {read['random']['n']} of them a plain random "
        f"sample ({_by_role(read['random'])}); {read['other_languages']['n']} in other languages "
        f"({_by_role(read['other_languages'])}).\n",
        "## Scores on gold\n",
        _HEAD,
        *(_row(name, metrics[key]) for name, key in _ANSWERS),
        *(_row(f"baseline: {name}", metrics["baselines"][key]) for name, key in _BASELINES),
        "\nConfusion of `role` (rows: readers, columns: model):\n",
        *_confusion(role["confusion"]),
        "\n## Scores on other read ads\n",
        "The ads in English were chosen by title, or because an earlier model was unsure of them; only the random sample "
        "shows how often a label is right in a mix of all kinds of ads.\n",
        *(line for subset, name in _SUBSETS if subset in role for line in _subset(name, subset, metrics)),
        *_sample(metrics.get("sample")),
        "\n## Calibration\n",
        "How far the probability of the winner is from the share that is right: root mean square over ten bins, without "
        "the part that is due to chance (95 % interval), and the plain expected calibration error beside what perfect "
        "calibration would show by chance.\n",
        "| answer | ads | n | error | expected calibration error | of perfect calibration | log-loss |",
        "|---|---|---|---|---|---|---|",
        *(
            _calibration_row(name, _CALIBRATED[subset], one)
            for name, key in _ANSWERS
            for subset, one in metrics[key]["calibration"].items()
        ),
        "",
        *_plot(role["calibration"]["all"]),
        "\n## Attempts to break it\n",
        *_attempts(metrics),
        _LIMITS,
    ]
    return "\n".join(lines)


_HEAD = "| | macro-F1 | " + " | ".join(ROLES) + " |\n|---|" + "---|" * (len(ROLES) + 1)
_SUBSETS = (
    ("random", "a random sample in English"),
    ("other", "in English"),
    ("other_languages", "in other languages"),
)
_CALIBRATED = {
    "gold": "gold", "other": "other read, English", "other_languages": "other languages", "random": "random sample",
    "all": "all read ads",
}  # fmt: skip


def _by_role(one: Mapping[str, Any]) -> str:
    return ", ".join(f"{role} {n}" for role, n in one["n_by_role"].items())


def _subset(name: str, subset: str, metrics: Mapping[str, Any]) -> list[str]:
    shares = ", ".join(f"`{key}` {metrics[key][subset]['accuracy']:.3f}" for _, key in _ANSWERS)
    return [
        f"\n{metrics['read'][subset]['n']:,} ads, {name}. Share right: {shares}.\n",
        _HEAD,
        *(_row(answer, metrics[key][subset]) for answer, key in _ANSWERS),
    ]


def _plot(one: Mapping[str, Any]) -> list[str]:
    """A chart that is text: Mermaid's xychart."""
    said, right = zip(*((p, share) for p, share, _ in one["bins"]), strict=True)
    return [
        f"`role`, {one['n']:,} read ads in tenths by probability (line: share right, bars: what was said):\n",
        "```mermaid",
        "xychart-beta",
        f"    x-axis [{', '.join(f'{p:.2f}' for p in said)}]",
        '    y-axis "share right" 0 --> 1',
        f"    bar [{', '.join(f'{p:.3f}' for p in said)}]",
        f"    line [{', '.join(f'{share:.3f}' for share in right)}]",
        "```\n",
        "| mean probability | share right | ads |",
        "|---|---|---|",
        *(f"| {p:.2f} | {share:.2f} | {n} |" for p, share, n in one["bins"]),
    ]


_ANSWERS = (
    ("`role`: title and text", "role"),
    ("`role_by_text`: text, title's words hidden", "role_by_text"),
    ("`role_by_title`: title alone", "role_by_title"),
)
_BASELINES = (
    ("title rules", "title_rules"),
    ("plain TF-IDF on the whole text, labels by title", "plain_tfidf"),
    ("most frequent role", "majority"),
    ("`role` fitted to shuffled labels", "shuffled_labels"),
)


def _row(name: str, one: Mapping[str, Any]) -> str:
    cells = [_with_interval(one["macro_f1"], one["macro_f1_interval"])]
    cells += [_with_interval(one["f1"][role], one["f1_interval"][role]) for role in ROLES]
    return f"| {name} | " + " | ".join(cells) + " |"


def _with_interval(value: float, interval: list[float]) -> str:
    return f"{value:.3f} ({interval[0]:.2f} – {interval[1]:.2f})"


def _confusion(table: list[list[int]]) -> list[str]:
    return [
        "| | " + " | ".join(ROLES) + " |",
        "|---|" + "---|" * len(ROLES),
        *(f"| {role} | " + " | ".join(map(str, row)) + " |" for role, row in zip(ROLES, table, strict=True)),
    ]


def _sample(one: Mapping[str, Any] | None) -> list[str]:
    """The section that tests/bench/roles_sample.py adds."""
    if one is None:
        return []
    answers = ", ".join(
        f"`{name}` {_with_interval(one[name]['accuracy'], one[name]['accuracy_interval'])}"
        for name in ("role", "role_by_text", "role_by_title")
    )
    by_role = ", ".join(f"{role} {share:.2f} ({n})" for role, (share, n) in one["by_role"].items())
    return [
        "\n## On the sample ads\n",
        f"The {one['n']} invented ads of the sample boards, each with the role that its writer meant, written without "
        "knowledge of the classifier. They are no training data and no word was tuned to them; but they showed that an "
        "earlier model took two in five AI and full-stack engineers for `other`, and the inputs and strengths of the "
        "regressions were chosen with an eye on them as well as on the read ads, so this is a test of other wording, not "
        "a blind one. Many of their titles (*Software Engineer, Growth*) don't tell the role on purpose. "
        "`python tests/bench/roles_sample.py --write` measures it anew.\n",
        f"Share right: {answers}. Of `role`, by intended role (ads): {by_role}.\n",
        "Confusion of `role` (rows: writers, columns: model):\n",
        *_confusion(one["confusion"]),
    ]


def _calibration_row(name: str, ads: str, one: Mapping[str, Any]) -> str:
    return (
        f"| {name} | {ads} | {one['n']:,} | {_with_interval(one['error'], one['error_interval'])} | {one['ece']:.3f} | "
        f"{one['ece_of_perfect_calibration']:.3f} | {one['log_loss']:.3f} |"
    )


def _attempts(metrics: Mapping[str, Any]) -> list[str]:
    checks = metrics["checks"]
    blanked, swapped = checks["employer_blanked"], checks["title_of_another_ad"]
    fitted = ", ".join(f"`{name}` {f1:.3f}" for name, f1 in checks["macro_f1_as_fitted"].items())
    lines = [
        f"- Overfitting to gold: of ads that the regressions were fitted to, the macro-F1 would be {fitted}; what the table "
        "of scores falls short of that is overfitting.",
        f"- Employer's name blanked out of the text ({blanked['n_words']:,} words): `role` stays the same for "
        f"{blanked['share_same_role']:.1%} of gold, `role_by_text` for {blanked['share_same_role_by_text']:.1%}.",
        f"- The title of another ad put over the text: `role_by_text` stays the same for "
        f"{swapped['share_same_role_by_text']:.1%} (the mask hides other words then); the macro-F1 of `role` falls to "
        f"{swapped['macro_f1_of_role']:.2f}.",
        f"- Accuracy of `role` on gold by stratum (ads): {_groups(checks['accuracy_by_stratum'])}.",
        f"- On all read ads by language: {_groups(checks['accuracy_by_language'], 20)}.",
        f"- On all read ads by year: {_groups(checks['accuracy_by_year'], 20)} (?: unknown).",
        f"- On all read ads by the file that they came in: {_groups(checks['accuracy_by_board'], 20)}.",
        f"- Neighbour right where both say other: {checks['neighbour']['accuracy']:.2f} ({checks['neighbour']['n']}).",
        f"- Second role: precision {checks['secondary']['precision']:.2f}, recall {checks['secondary']['recall']:.2f} "
        f"({checks['secondary']['n']} ads have one).",
        f"- Probability over 0.9: {checks['confident']} gold ads, {checks['confident_and_wrong']} of them wrong.",
    ]
    for board, one in metrics.get("left_out", {}).items():
        lines.append(
            f"- Trained without {board}: accuracy on its {one['n']} read ads {one['accuracy']:.2f} (with it "
            f"{one['accuracy_with']:.2f})."
        )
    return lines


def _groups(groups: Mapping[str, list[float]], fewest: int = 1) -> str:
    return ", ".join(f"{name} {share:.2f} ({n})" for name, (share, n) in groups.items() if n >= fewest)
