"""The progress bar restores the terminal however a run ends."""

import pytest

from training.fitting.progress import FitProgress


def test_a_run_that_is_cut_leaves_the_cursor_visible(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")

    def cut():
        with FitProgress("tiny", 2, 4, 0) as progress:
            progress.on_epoch_begin(0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut()
    said = capsys.readouterr().out
    assert 0 <= said.rfind("\x1b[?25l") < said.rfind("\x1b[?25h")
