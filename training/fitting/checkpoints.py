"""The files of a run: its recipe, its history, a checkpoint after every epoch."""

import time

import keras
import numpy as np

from training.data.atomic import replaced
from training.data.history import COLUMNS, HISTORY, write_history

CHECKPOINT = "checkpoint.keras"
RELEASED = "released.keras"
RUN = "run.json"


class BadRun(Exception):
    """A run that cannot be resumed or used. The message says what differs or is missing."""


def save(model, path):
    """Writes a Keras model atomically; after a failure the old file is unchanged."""
    with replaced(path) as partial:
        model.save(partial)


class Keep(keras.callbacks.Callback):
    """Writes history and checkpoint after every epoch."""

    def __init__(self, run, history):
        super().__init__()
        self.run, self.history = run, history

    def on_epoch_begin(self, epoch, logs=None):
        self.began_s = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        row = {"epoch": epoch + 1} | {key: round(float(logs[key]), 5) for key in COLUMNS[1:5]}
        row["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        row["seconds"] = round(time.monotonic() - self.began_s, 1)
        self.history.append(row)
        write_history(self.history, self.run / HISTORY)
        save(self.model, self.run / CHECKPOINT)


def set_aside(run):
    """Renames a run's folder, if there is one, with the present time, so that a new run can use the name."""
    if run.exists():
        run.rename(run.with_name(f"{run.name}-{time.strftime('%Y%m%d-%H%M%S')}"))
