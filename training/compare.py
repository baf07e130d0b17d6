"""The table of all the models, from their cards, with the study's figures among them."""

import json
from pathlib import Path

from app.vision.contract import BadModel, load_model
from training.evaluate import EXAMS

STUDY = Path(__file__).with_name("study.json")

_HEAD = """# Models

Written by `python -m training compare` from the cards; every score is that of the `model.tflite` beside
it. A folder dropped in here is offered at the next start of the site.

"""


def compare(models):
    """Writes models/README.md and gives its table of all sound models as Markdown."""
    cards = list(_cards(Path(models)))
    rows = [_row(card) for card in cards] + list(_study_rows(json.loads(STUDY.read_text(encoding="utf-8"))))
    header = ["model", "what it is", "parameters", "MB", *EXAMS, "macro F1", "calibration error", "called certain"]
    table = _markdown([header, *rows])
    exams = "\n".join(f"- `{name}`: {text}." for name, text in EXAMS.items())
    (Path(models) / "README.md").write_text(
        f"{_HEAD}{table}\n\nAccuracy with its 95 % interval. Macro F1 and calibration error (15 bins) are those of the "
        f"last exam a model sat. Called certain: share of faces, and how often the model is right there, on "
        f"PublicTest.\n\n{exams}\n",
        encoding="utf-8",
    )
    return table


def _cards(models):
    for folder in sorted(path for path in models.iterdir() if path.is_dir() and not path.name.startswith(".")):
        try:
            yield load_model(folder)[0]
        except BadModel as error:
            print(f"left out: {error}")


def _row(card):
    last = next(reversed(card.scores.values()), None)
    certain = card.certain_from
    return [
        f"**{card.name}**",
        card.title,
        f"{card.architecture['parameters']:,}",
        f"{card.file['bytes'] / 1e6:.1f}",
        *(_accuracy(card.scores.get(exam)) for exam in EXAMS),
        f"{last['macro_f1']:.3f}" if last else "",
        f"{last['ece']:.3f}" if last else "",
        f"{certain['coverage']:.0%}, {certain['accuracy']:.0%} right",
    ]


def _accuracy(report):
    return "{:.3f} ({:.3f} to {:.3f})".format(report["accuracy"], *report["interval"]) if report else ""


def _study_rows(study):
    for name, network in study["models"].items():
        if "history" not in network:
            continue
        # The report printed behind cnn4x4 is another network's: only one beside a confusion matrix counts.
        report = network.get("report", {}) if "confusion" in network else {}
        accuracy = report.get("accuracy") or network.get("confusion", {}).get("accuracy")
        accuracy = accuracy or network["history"][-1]["val_accuracy"]
        scores = [f"{accuracy:.3f}" if exam == "test6" else "" for exam in EXAMS]
        parameters = f"{network['parameters']:,}" if "parameters" in network else ""
        yield [
            f"the study's {name}",
            "as printed there",
            parameters,
            "",
            *scores,
            str(report.get("macro_f1", "")),
            "",
            "",
        ]


def _markdown(rows):
    header, *body = rows
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
