"""Writes models/README.md: the table of all models from their cards, and the study's figures beside ours."""

import json
from itertools import zip_longest
from pathlib import Path

from app.vision.contract import CARD, Card, load_model
from app.vision.errors import BadModel
from training.data.history import HISTORY, read_history
from training.report import charts
from training.report.findings import comparable, findings, read_ablation, unseen
from training.report.markdown import table, told
from training.scoring.exams import EXAMS

STUDY = Path(__file__).parents[1] / "study"
"""The student study's figures, and card and history of each of its networks as we trained it again."""

ABLATION = "ablation.csv"

_HEAD = """# Models

Written by `python -m training compare` from the cards and histories; every score is that of the
exported file itself. A folder dropped in here is offered at the next start of the site.

"""

_NOTES = """Accuracy with its 95 % interval. Macro F1 is that of the last exam a model sat, calibration error (15 bins)
that of the last on PrivateTest alone, for PublicTest chose the temperature. Called certain: share of the held-out
faces (PublicTest, or a part of a user's own), and how often the model is right there: by the label, or by the
voters' leading emotion for a model that learns FER+'s votes.
A model that knows more words than an exam asks for answers with the best of those asked for.
None of FER2013's pictures say how old a person is, of which sex, skin colour or origin, so nobody can say whether
some people are read worse; `python -m training evaluate NAME --groups FILE` tells it for pictures that do.

"""

_AGAIN = """## The study, once more

The study's networks by its own recipe: ten epochs, no augmentation, its optimisers, seed 2013. Its
validation is its test set; ours is PublicTest, and training rows that stand in a test are left out.
No weights are kept of these.

"""


def compare(models, study=STUDY):
    """Writes README.md in the folder `models` and returns its first table, of all sound models, as Markdown.

    Also writes study.json, the study's own scores, which the site shows beside ours, and robustness.png, the models'
    losses under each condition. Reads ablation.csv if it exists.
    """
    models = Path(models)
    cards = list(_cards(models))
    figures = json.loads((study / "figures.json").read_text(encoding="utf-8"))["models"]
    again = list(_records(study))
    studied = list(_studied(figures, again))
    header = ["model", "what it is", "parameters", "MB", *EXAMS, "macro F1", "calibration error", "called certain"]
    first = table(
        [
            header,
            *map(_row, cards),
            *(_study_row(network) for network in studied if network["accuracy"]),
            *(_row(card) for card, _ in again),
        ]
    )
    exams = "".join(f"- `{name}`: {text}.\n" for name, text in EXAMS.items())
    beside = "\n".join(_beside(card, history, figures) for card, history in again)
    everyone = [*(card for card, _ in again), *cards]
    found = findings(everyone, read_ablation(models / ABLATION), _printed_confusions(figures))
    text = f"{_HEAD}{first}\n\n{_NOTES}{exams}\n{found}" + (f"\n{_AGAIN}{beside}" if again else "")
    if probed := comparable(everyone):
        charts.robustness({card.name: card.probe for card in probed}, models / "robustness.png")
    (models / "README.md").write_text(text, encoding="utf-8")
    (models / "study.json").write_text(json.dumps(studied, indent=1) + "\n", encoding="utf-8")
    return first


def _cards(models):
    for folder in sorted(path for path in models.iterdir() if path.is_dir() and not path.name.startswith(".")):
        try:
            yield load_model(folder)[0]
        except BadModel as error:
            print(f"left out: {error}")


def _records(study):
    for path in sorted(study.glob(f"*/{CARD}")):
        card = Card.from_json(json.loads(path.read_text(encoding="utf-8")))
        yield card, read_history(path.with_name(HISTORY))


def _row(card):
    last = next(reversed(card.scores.values()), None) or {}
    _, blind = unseen(card) or (None, {})
    certain = card.certain_from
    certain = [told("{:.0%}", certain.get("coverage")), told("{:.0%} right", certain.get("accuracy"))]
    return [
        f"**{card.name}**",
        card.title,
        told("{:,}", card.architecture.get("parameters")),
        told("{:.1f}", card.file.get("bytes"), 1e-6),
        *(_accuracy(card.scores.get(exam)) for exam in EXAMS),
        told("{:.3f}", last.get("macro_f1")),
        told("{:.3f}", blind.get("ece")),
        ", ".join(filter(None, certain)),
    ]


def _accuracy(report):
    report = report or {}
    interval = " ({:.3f} to {:.3f})".format(*report["interval"]) if report.get("interval") else ""
    return told("{:.3f}", report.get("accuracy")) + interval


def _studied(figures, again):
    """Each of the study's networks for the site: the study's printed figures, None where missing, and our repetition.

    accuracy, macro_f1 and recall by label are those of test6; val_accuracy is by epoch.
    """
    ours = {card.name.removeprefix("study_"): (card, history) for card, history in again}
    for name, network in figures.items():
        # The study's report after cnn4x4 belongs to another network, so only a report with a confusion matrix counts.
        report = network.get("report", {}) if "confusion" in network else {}
        history = network.get("history", [])
        accuracy = report.get("accuracy") or network.get("confusion", {}).get("accuracy")
        accuracy = accuracy or (history[-1]["val_accuracy"] if history else None)
        yield {
            "name": name,
            "parameters": network.get("parameters"),
            "exam": "test6",
            "accuracy": accuracy,
            "macro_f1": report.get("macro_f1"),
            "recall": _recall(network["confusion"]) if "confusion" in network else None,
            "val_accuracy": [round(row["val_accuracy"], 4) for row in history],
            "again": _again(*ours[name]) if name in ours else None,
        }


def _recall(confusion):
    rows = zip(confusion["labels"], confusion["rows_true"], strict=True)
    return {label: round(row[place] / sum(row), 4) for place, (label, row) in enumerate(rows)}


def _again(card, history):
    scores = card.scores.get("test6")
    return scores and {
        **{key: scores[key] for key in ("accuracy", "interval", "macro_f1")},
        "recall": {label: row["recall"] for label, row in scores["per_class"].items()},
        "val_accuracy": [round(row["val_accuracy"], 4) for row in history],
    }


def _printed_confusions(figures):
    """The confusion matrices that the study printed, (name, labels, counts)."""
    printed = {name: network["confusion"] for name, network in figures.items() if "confusion" in network}
    return [(f"the study's {name}", matrix["labels"], matrix["rows_true"]) for name, matrix in printed.items()]


def _study_row(printed):
    scores = [f"{printed['accuracy']:.3f}" if exam == printed["exam"] else "" for exam in EXAMS]
    parameters = f"{printed['parameters']:,}" if printed["parameters"] else ""
    return [
        f"the study's {printed['name']}",
        "as printed there",
        parameters,
        "",
        *scores,
        printed["macro_f1"] or "",
        "",
        "",
    ]


def _beside(card, history, figures):
    """One network's epochs and confusion matrix, the study's beside ours."""
    theirs = figures.get(card.name.removeprefix("study_"), {})
    columns = ("loss", "accuracy", "val_loss", "val_accuracy")
    rows = [["epoch", *(f"study: {c}" for c in columns), *(f"ours: {c}" for c in columns)]]
    for place, (then, now) in enumerate(zip_longest(theirs.get("history", []), history, fillvalue={}), 1):
        rows.append([str(place), *(f"{row[c]:.3f}" if c in row else "" for row in (then, now) for c in columns)])
    parts = [f"### `{card.name}`", table(rows)]
    if "confusion" in theirs:
        printed = _confusion(theirs["confusion"]["labels"], theirs["confusion"]["rows_true"])
        parts += ["The study's confusion, rows labelled, columns said:", printed]
    if scores := card.scores.get("test6"):
        parts += ["Ours on `test6`:", _confusion(scores["labels"], scores["confusion"])]
    return "\n\n".join(parts) + "\n"


def _confusion(labels, counts):
    rows = [[f"**{label}**", *map(str, row)] for label, row in zip(labels, counts, strict=True)]
    return table([["", *labels], *rows])
