"""Functions that are called at a set time."""

import threading
import time

from app.alarms import Alarms


def test_alarms_ring_in_the_order_of_their_times_in_one_thread():
    alarms, rung, done = Alarms(), [], threading.Event()
    alarms.after(0.2, done.set)
    for seconds in (0.1, 0.0, 0.05):
        alarms.after(seconds, lambda seconds=seconds: rung.append((seconds, threading.current_thread().name)))
    assert done.wait(30)
    assert rung == [(0.0, "alarms"), (0.05, "alarms"), (0.1, "alarms")]


def test_a_cancelled_alarm_stays_silent_and_a_failing_one_harms_no_other(caplog):
    alarms, rung, done = Alarms(), [], threading.Event()
    alarms.after(0, rung.append, "cancelled").cancel()
    alarms.after(0, lambda: 1 / 0)
    alarms.after(0.01, done.set)
    assert done.wait(30)
    assert rung == []
    assert "ZeroDivisionError" in caplog.text


def test_thousands_of_alarms_are_one_thread():
    alarms, done = Alarms(), threading.Event()
    before = threading.active_count()
    for _ in range(5000):
        alarms.after(60, print)
    alarms.after(0, done.set)
    assert done.wait(30)
    assert threading.active_count() == before + 1


def test_a_clock_that_is_set_moves_no_alarm(monkeypatch):
    alarms, done = Alarms(), threading.Event()
    monkeypatch.setattr(time, "time", lambda: 0)
    alarms.after(0.01, done.set)
    assert done.wait(30)
