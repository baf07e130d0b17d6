"""Progress of a fit: a bar in a terminal, one line for each epoch in a log."""

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class FitProgress(keras.callbacks.Callback):
    """Shows loss, accuracy and the time left to the end of the run; used in a `with` statement."""

    def __init__(self, name, epochs, steps, done):
        super().__init__()
        self.name, self.epochs = name, epochs
        self.console = Console()
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            TextColumn("left"),
            console=self.console,
            speed_estimate_period=120,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task(name, total=epochs * steps, completed=done * steps, figures="")

    def __enter__(self):
        self.bar.start()
        return self

    def __exit__(self, *error):
        self.bar.stop()  # otherwise the terminal's cursor stays hidden

    def on_epoch_begin(self, epoch, logs=None):
        self.bar.update(self.task, description=f"{self.name} epoch {epoch + 1}/{self.epochs}")

    def on_train_batch_end(self, batch, logs=None):
        self.bar.update(self.task, advance=1, figures=f"loss {logs['loss']:.3f} accuracy {logs['accuracy']:.3f}")

    def on_epoch_end(self, epoch, logs=None):
        figures = " ".join(f"{key} {logs[key]:.4f}" for key in ("loss", "accuracy", "val_loss", "val_accuracy"))
        self.console.print(f"epoch {epoch + 1}/{self.epochs}  {figures}", highlight=False)
