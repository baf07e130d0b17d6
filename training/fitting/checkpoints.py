"""The files of a run: its recipe, its history, a checkpoint after every epoch."""

import csv
import time

import keras
import numpy as np

CHECKPOINT = "checkpoint.keras"
RELEASED = "released.keras"
HISTORY = "history.csv"
RUN = "run.json"

_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")


class BadRun(Exception):
    """A run that cannot be resumed; says what differs."""


def write_history(history, path):
    """The rows as CSV: epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds."""
    partial = path.with_suffix(".partial")
    with open(partial, "w", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        writer.writerows(history)
    partial.replace(path)


def read_history(path):
    """The rows of a history.csv as dicts of numbers."""
    with open(path, newline="") as file:
        return [{key: int(v) if key == "epoch" else float(v) for key, v in row.items()} for row in csv.DictReader(file)]


def save(model, path):
    """Writes a Keras model in a single step; whatever fails leaves the old file whole."""
    partial = path.with_name("partial.keras")
    model.save(partial)
    partial.replace(path)


class Keep(keras.callbacks.Callback):
    """Writes history and checkpoint after every epoch."""

    def __init__(self, run, history):
        super().__init__()
        self.run, self.history = run, history

    def on_epoch_begin(self, epoch, logs=None):
        self.began_s = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        row = {"epoch": epoch + 1} | {key: round(float(logs[key]), 5) for key in _COLUMNS[1:5]}
        row["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        row["seconds"] = round(time.monotonic() - self.began_s, 1)
        self.history.append(row)
        write_history(self.history, self.run / HISTORY)
        save(self.model, self.run / CHECKPOINT)


def set_aside(run):
    """Renames a run's folder, if there is one, by the time of day, so that a new run can take its place."""
    if run.exists():
        run.rename(run.with_name(f"{run.name}-{time.strftime('%Y%m%d-%H%M%S')}"))
