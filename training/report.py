"""Pictures of a training for the model's folder: learning curves, confusion, reliability."""

from matplotlib.figure import Figure

from training.evaluate import reliability


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
    """An exam's confusion matrix as PNG: each row shares out the faces of one true label."""
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
    """How often a model is right against how sure it says it is, as PNG; the diagonal is honest."""
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
