"""Pictures of a training for the model's folder: learning curves, confusion, reliability."""

import numpy as np
from matplotlib.figure import Figure

from training.data.votes import VOTE_WORDS
from training.scoring.calibration import reliability
from training.scoring.disagreements import SIDES

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#666666", "#000000")
"""Told apart by the colour-blind: Okabe and Ito, https://jfly.uni-koeln.de/color/"""

_TITLES = {
    "net": "most voters side with the network",
    "label": "most voters side with the label",
    "neither": "most voters see something else",
    "torn": "the voters are torn",
}


def curves(history, path):
    """Loss and accuracy by epoch, training and validation, as PNG."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    for axes, figure_name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        epochs = [row["epoch"] for row in history]
        axes.plot(epochs, [row[figure_name] for row in history], label="training", color="#888")
        axes.plot(epochs, [row[f"val_{figure_name}"] for row in history], label="validation", color="#0072b2")
        axes.set(xlabel="epoch", title=figure_name)
        axes.grid(alpha=0.25)
        axes.legend(frameon=False)
    figure.savefig(path, dpi=110)


def confusion(report, title, path):
    """An exam's confusion matrix as PNG; each row gives shares of the faces with one true label."""
    labels, counts = report["labels"], report["confusion"]
    figure = Figure(figsize=(5.6, 5), layout="constrained")
    axes = figure.subplots()
    shares = [[count / max(sum(row), 1) for count in row] for row in counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set(xticks=range(len(labels)), yticks=range(len(labels)), xlabel="said", ylabel="labelled", title=title)
    axes.set_xticklabels(labels, rotation=35, ha="right")
    axes.set_yticklabels(labels)
    for y, row in enumerate(shares):
        for x, share in enumerate(row):
            axes.text(x, y, f"{share:.0%}", ha="center", va="center", color="white" if share > 0.5 else "#222")
    figure.savefig(path, dpi=110)


def reliability_diagram(probabilities, truth, title, path):
    """A model's accuracy by confidence, as PNG; a perfectly calibrated model lies on the diagonal."""
    confidence, accuracy, share = reliability(probabilities, truth)
    figure = Figure(figsize=(4.6, 4.6), layout="constrained")
    axes = figure.subplots()
    seen = share > 0
    axes.plot((0, 1), (0, 1), color="#999", linestyle="--", linewidth=1)
    axes.plot(confidence[seen], accuracy[seen], marker="o", color="#0072b2")
    axes.bar(confidence[seen], share[seen], width=1 / len(share), color="#0072b2", alpha=0.18, label="share of faces")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="how sure it says it is", ylabel="how often it is right", title=title)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110)


def robustness(probes, path):
    """Each model's accuracy under each condition, as PNG.

    probes: {name: figures of training/scoring/probe.py}.
    """
    names = [*next(iter(probes.values()))["conditions"], "webcam, found by Haar"]
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    for colour, (name, probe) in zip(_COLOURS * len(probes), probes.items(), strict=False):
        shares = [share["label"] for share in (*probe["conditions"].values(), *probe["webcam"]["crops"].values())]
        style = {"linestyle": ":", "marker": "s"} if name.startswith("study") else {"linestyle": "-", "marker": "o"}
        axes.plot(shares, range(len(names)), label=name, color=colour, markersize=5, linewidth=1, **style)
    axes.set(yticks=range(len(names)), xlabel="share of the faces read as labelled, of six words")
    axes.set_yticklabels(names)
    axes.invert_yaxis()
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, dpi=90)


def examples(said, sided, faces, path, columns=6):
    """Faces on which a network and the label disagree, as PNG, one row for each side that the voters take.

    said, sided: as in training/scoring/disagreements.py. The PNG shows people of the data set, so only those who
    may see the data set may see it.
    """
    apart = said != faces.emotions
    figure = Figure(figsize=(1.9 * columns, 2.5 * len(SIDES)), layout="constrained")
    rng = np.random.default_rng(2013)
    for part, side in zip(figure.subfigures(len(SIDES), 1), SIDES, strict=True):
        part.suptitle(_TITLES[side], fontsize=11, weight="bold")
        rows = rng.permutation(np.flatnonzero(apart & (sided == side)))[:columns]
        for place, axes in enumerate(part.subplots(1, columns)):
            axes.axis("off")
            if place < len(rows):
                _show(axes, rows[place], said, faces)
    figure.savefig(path, dpi=80)


def _show(axes, row, said, faces):
    order = np.argsort(-faces.votes[row].astype(int), kind="stable")
    votes = ", ".join(
        f"{VOTE_WORDS[place]} {faces.votes[row][place]}" for place in order[:3] if faces.votes[row][place]
    )
    axes.imshow(faces.pictures[row], cmap="gray", vmin=0, vmax=255)
    label, word = faces.words[faces.emotions[row]], faces.words[said[row]]
    axes.set_title(f"labelled {label}\nread {word}\n{votes}", fontsize=7)
