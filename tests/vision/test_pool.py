"""The pool, which lends analysers to clients fairly."""

import threading
import time

import pytest

from app.vision.errors import Busy
from app.vision.pool import Pool


def start(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(condition):
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.001)


class Line:
    """Work of several clients at a pool; `got` is the order in which the pool granted it."""

    def __init__(self, pool):
        self.pool = pool
        self.got = []
        self.dropped = []
        self.threads = []

    def send(self, client, order):
        """Starts a piece of work; returns once it waits in the queue."""
        before = len(self.pool._waiting), list(self.pool._waiting.values())

        def work():
            with self.pool.lend(client, order) as analyser:
                (self.got if analyser else self.dropped).append((client, order))

        self.threads.append(start(work))
        until(lambda: (len(self.pool._waiting), list(self.pool._waiting.values())) != before or self.dropped)

    def join(self):
        """Waits for all work."""
        for thread in self.threads:
            thread.join(5)
            assert not thread.is_alive()


def test_an_idle_analyser_is_lent_at_once_and_comes_back():
    pool = Pool(["one"])
    for order in range(3):
        with pool.lend("client", order) as analyser:
            assert analyser == "one"


def test_no_more_work_is_in_flight_than_there_are_analysers():
    pool = Pool(["one", "two"])
    with pool.lend("a"), pool.lend("b"), pytest.raises(Busy, match="busy"), pool.lend("c", timeout_s=0.01):
        pass
    with pool.lend("c", timeout_s=0.01) as analyser:
        assert analyser in ("one", "two")


def test_an_error_in_the_work_gives_the_analyser_back():
    pool = Pool(["one"])
    with pytest.raises(ZeroDivisionError), pool.lend("client"):
        raise ZeroDivisionError
    with pool.lend("client", timeout_s=0.01) as analyser:
        assert analyser == "one"


def test_a_client_has_one_piece_in_hand_even_where_analysers_are_idle():
    pool = Pool(["one", "two"])
    with pool.lend("client"), pytest.raises(Busy), pool.lend("client", timeout_s=0.01):
        pass


def test_newer_work_replaces_what_waits_and_keeps_its_place():
    pool = Pool(["one"])
    line = Line(pool)
    with pool.lend("x"):
        line.send("a", 1)
        line.send("b", 1)
        line.send("a", 2)
        until(lambda: line.dropped == [("a", 1)])
    line.join()
    assert line.got == [("a", 2), ("b", 1)]


def test_work_that_comes_late_does_not_replace_newer():
    pool = Pool(["one"])
    line = Line(pool)
    with pool.lend("x"):
        line.send("a", 2)
        line.send("a", 1)
        until(lambda: line.dropped == [("a", 1)])
    line.join()
    assert line.got == [("a", 2)]


def test_a_client_that_sends_more_gets_no_more_turns():
    pool = Pool(["one"])
    line = Line(pool)
    with pool.lend("greedy"):
        line.send("greedy", 1)
        line.send("modest", 1)
        for order in range(2, 9):
            line.send("greedy", order)
            until(lambda order=order: ("greedy", order - 1) in line.dropped)
            line.dropped.clear()
    line.join()
    assert line.got == [("modest", 1), ("greedy", 8)] or line.got == [("greedy", 8), ("modest", 1)]


def test_closing_answers_what_is_in_hand_and_takes_nothing_new():
    pool = Pool(["one"])
    line = Line(pool)
    release = threading.Event()

    def slow():
        with pool.lend("slow"):
            release.wait(5)

    slow_thread = start(slow)
    until(lambda: pool._served)
    line.send("waiting", 1)
    assert not pool.close(timeout_s=0.01)
    with pytest.raises(Busy, match="closing"), pool.lend("new"):
        pass
    release.set()
    assert pool.close(timeout_s=5)
    slow_thread.join(5)
    line.join()
    assert line.got == [("waiting", 1)]
