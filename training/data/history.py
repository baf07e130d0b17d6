"""The figures of a run by epoch, as CSV."""

import csv

from training.data.atomic import replaced

HISTORY = "history.csv"

COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")


def write_history(history, path):
    """The rows as CSV: epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds."""
    with replaced(path) as partial, open(partial, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(history)


def read_history(path):
    """The rows of a history.csv as dicts of numbers."""
    with open(path, newline="") as file:
        return [{key: int(v) if key == "epoch" else float(v) for key, v in row.items()} for row in csv.DictReader(file)]
