"""The model card, written from the metrics of a training run."""

from collections.abc import Mapping
from typing import Any

from nlp.role_labels import ROLES

_INTRODUCTION = """# Model card: role classifier

<!-- Written by `rolescope train` from nlp/metrics.json. Don't edit. -->

Says which role a job ad is: AI engineer, ML engineer, data scientist, full-stack engineer, or other (with one of twelve
neighbours). Three answers are kept apart: from the title alone, from the text with the words of the ad's own title and
of all role titles hidden, and from everything. `nlp/roles.csv` defines the roles.

**How it works.** Multinomial linear models on hashed words and word pairs of the spaCy Doc (sublinear tf-idf) tell
sixteen classes apart, one in the title, two in the text (with and without hidden words). A small multinomial regression
for each answer turns their log-odds into the five probabilities; it also reads how densely the text uses the words of
each cue of `nlp/cues.csv` (the answer by text doesn't: it gained nothing there) and, for the title, which rule of
`nlp/titles.csv` matches. Texts of few words count less. No word is stored with the model, only 22-bit hashes; the files
hold plain arrays and JSON.

**Training data.** Public research copies of LinkedIn, Glassdoor, Indeed, Built In, Hacker News and other ads,
2015 – 2026. None of their text is in the product. Labels are weak: `nlp/titles.csv` says what a title says, and
`nlp/cues.csv` corrects it by what the text talks about (language models against training of own models; both sides of
an application). Ads that these leave open, most of them with mixed titles, are labelled by a first model where it is
sure. At most three ads of one employer and kind of title, no text twice.

**Measured on** ads that were read in full by two model-assisted readers, sampled to be hard: half of them have mixed or
plain titles that mislead. The linear models saw none of these ads, and no other ad of their employers. The regressions
are fitted to them, whole and in excerpts of 150 to 400 words, so every score on them is of a cross-validation grouped by
employer. Intervals are 95 %, from a bootstrap over ads.
"""

_LIMITS = """
## Known limits

- The probabilities are calibrated to the mix of the read ads, in which `other` is rarer than in a crawl. On so few ads
  even perfect calibration shows an error by chance: compare with that.
- *AI/ML engineer*, *applied scientist* and *software engineer, AI* are decided by the duties; the two roles share most of
  their words, and most mistakes are between them, or between either and research, platform and back-end work.
- All read ads are in English. Ads in other languages are labelled from titles, tools and loanwords.
- An ad with several roles gets one label. An ad without a word that the model knows gets none.
- The second role rests on few examples.
- The title rules and the weak labels' thresholds were written with the read ads in view, so the scores may be a
  little too good: ads that took no part in anything are the better measure.
"""


def model_card(metrics: Mapping[str, Any]) -> str:
    """The page as Markdown."""
    n_by_class = ", ".join(f"{name} {n:,}" for name, n in metrics["training"]["n_texts_by_class"].items())
    training, gold = metrics["training"], metrics["gold"]
    n_forbidden = training.get("n_left_out_forbidden")  # models trained before the column source was read lack it
    forbidden = f"{n_forbidden:,} as of sources that forbid training, " if n_forbidden else ""
    lines = [
        _INTRODUCTION,
        f"Version `{metrics['version']}`, seed {metrics['seed']}. {training['n_ads']:,} ads, of which {forbidden}"
        f"{training['n_left_out_gold']:,} were left out as read ads or of their employers, "
        f"{training['n_left_out_same_text']:,} as repeated, {training['n_left_out_no_rule']:,} as titles that no rule "
        f"knows; {training['n_ads_sampled']:,} sampled, {training['n_texts_labelled']:,} texts labelled by titles and cues ({n_by_class}), {training['n_labelled_by_model']:,} more by a first model. "
        f"{gold['n']} read ads: " + ", ".join(f"{role} {n}" for role, n in gold["n_by_role"].items()) + ".\n",
        "## Scores\n",
        "| | macro-F1 | " + " | ".join(ROLES) + " |",
        "|---|" + "---|" * (len(ROLES) + 1),
        *(_row(name, metrics[key]) for name, key in _ANSWERS),
        *(_row(f"baseline: {name}", metrics["baselines"][key]) for name, key in _BASELINES),
        "\nConfusion of `role` (rows: readers, columns: model):\n",
        *_confusion(metrics["role"]["confusion"]),
        _excerpts(metrics["excerpts"]),
        *_sample(metrics.get("sample")),
        "\n## Calibration\n",
        "| answer | expected calibration error | the same of perfect calibration, by chance | log-loss |",
        "|---|---|---|---|",
        *(_calibration_row(name, metrics[key]["calibration"]) for name, key in _ANSWERS),
        "\n`role`, ads in tenths by probability:\n",
        "| mean probability | share right | ads |",
        "|---|---|---|",
        *(f"| {p:.2f} | {right:.2f} | {n} |" for p, right, n in metrics["role"]["calibration"]["bins"]),
        "\n## Attempts to break it\n",
        *_attempts(metrics),
        _LIMITS,
    ]
    return "\n".join(lines)


_ANSWERS = (
    ("`role`: title and text", "role"),
    ("`role_by_text`: text, title's words hidden", "role_by_text"),
    ("`role_by_title`: title alone", "role_by_title"),
)
_BASELINES = (
    ("title rules", "title_rules"),
    ("plain TF-IDF on the whole text, labels by title", "plain_tfidf"),
    ("most frequent role", "majority"),
    ("`role` fitted to shuffled labels", "shuffled_gold_labels"),
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


def _excerpts(one: Mapping[str, Any]) -> str:
    both, text = (_with_interval(one[name]["macro_f1"], one[name]["macro_f1_interval"]) for name in ("both", "text"))
    return (
        f"\nOf stretches of {one['n_words']} words from anywhere in the same ads: `role` {both}, `role_by_text` {text}. "
        "Such a stretch may hold no duties at all."
    )


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


def _calibration_row(name: str, one: Mapping[str, Any]) -> str:
    return f"| {name} | {one['ece']:.3f} | {one['ece_of_perfect_calibration']:.3f} | {one['log_loss']:.3f} |"


def _attempts(metrics: Mapping[str, Any]) -> list[str]:
    checks = metrics["checks"]
    blanked, swapped = checks["employer_blanked"], checks["title_of_another_ad"]
    by_stratum = ", ".join(f"{name} {share:.2f} ({n})" for name, (share, n) in checks["accuracy_by_stratum"].items())
    by_dataset = ", ".join(f"{share:.2f} ({n})" for share, n in checks["accuracy_by_dataset"].values() if n >= 10)
    fitted = ", ".join(f"`{name}` {f1:.3f}" for name, f1 in checks["macro_f1_as_fitted"].items())
    lines = [
        f"- Overfitting to the read ads: of ads that the regressions were fitted to, the macro-F1 would be {fitted}; what "
        "the table of scores falls short of that is overfitting.",
        f"- Employer's name blanked out of the text ({blanked['n_words']:,} words): `role` stays the same for "
        f"{blanked['share_same_role']:.1%} of the ads, `role_by_text` for {blanked['share_same_role_by_text']:.1%}.",
        f"- The title of another ad put over the text: `role_by_text` stays the same for "
        f"{swapped['share_same_role_by_text']:.1%} (the mask hides other words then); the macro-F1 of `role` falls to "
        f"{swapped['macro_f1_of_role']:.2f}.",
        f"- Accuracy of `role` by stratum (ads): {by_stratum}.",
        f"- Accuracy by source with at least ten read ads: {by_dataset}.",
        f"- Neighbour right where both say other: {checks['neighbour']['accuracy']:.2f} ({checks['neighbour']['n']}).",
        f"- Second role: precision {checks['secondary']['precision']:.2f}, recall {checks['secondary']['recall']:.2f}.",
        f"- Probability over 0.9: {checks['confident']} ads, {checks['confident_and_wrong']} of them wrong.",
    ]
    for source, one in metrics.get("left_out", {}).items():
        lines.append(
            f"- Trained without {source}: accuracy on its {one['n']} read ads {one['accuracy']:.2f} (with it "
            f"{one['accuracy_with']:.2f}); macro-F1 on all {one['macro_f1']:.3f}."
        )
    return lines
