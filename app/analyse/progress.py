"""The progress bar on a terminal: files, frames, faces, time left. Click draws it."""

import sys
from contextlib import ExitStack

import click

STEPS = 1000
"""Steps of the bar for each file."""


class Progress:
    """A bar over a number of files; no output where standard error is no terminal or there is only one photo.

    It adds the counts of finished files to the counts of the files in progress, which `show` gets.
    """

    def __init__(self, files, is_shown=None):
        self._files, self._done, self._readings, self._faces, self._in_hand = files, 0, 0, 0, (0, 0)
        self._is_shown = (files > 0 and sys.stderr.isatty()) if is_shown is None else is_shown
        self._shown, self._steps, self._bar, self._stack = (0, 0), 0, None, ExitStack()

    def __enter__(self):
        if self._is_shown:
            how = {"length": self._files * STEPS, "label": "analysing", "file": sys.stderr, "show_eta": True}
            bar = click.progressbar(item_show_func=lambda _: self.text, update_min_steps=1, **how)
            self._bar = self._stack.enter_context(bar)
        return self

    def __exit__(self, *error):
        self._stack.close()

    @property
    def text(self):
        """The text beside the bar."""
        # A process may have finished a file before its caller has counted it: the counts never go back.
        found = self._readings + self._in_hand[0], self._faces + self._in_hand[1]
        self._shown = tuple(map(max, self._shown, found))
        return f"{self._done}/{self._files} files, {self._shown[0]:,} frames, {self._shown[1]:,} faces"

    def show(self, readings, faces, shares):
        """Takes the counts of the files in progress and the sum of their completed shares, each 0 to 1."""
        self._in_hand = int(readings), int(faces)
        self._move(shares)

    def add(self, readings=None, faces=None):
        """Notes a finished file with its counts of readings and faces; by default those last given to `show`."""
        self._readings += self._in_hand[0] if readings is None else readings
        self._faces += self._in_hand[1] if faces is None else faces
        self._in_hand = (0, 0)
        self._done += 1
        self._move(0.0)

    def _move(self, shares):
        if self._bar:
            steps = int((self._done + shares) * STEPS)
            self._bar.update(max(0, steps - self._steps), current_item=True)
            self._steps = max(steps, self._steps)
