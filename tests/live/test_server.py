"""The Socket.IO server's threads."""

import threading

from serving import until

from app.live.server import keep_threads


def test_tasks_share_threads_and_never_queue():
    start, goes_on, ran = keep_threads(2), threading.Event(), []
    for _ in range(2):
        start(goes_on.wait, 5)
    asking = threading.Thread(target=start, args=(ran.append, "third"))
    asking.start()
    asking.join(0.1)
    assert asking.is_alive()
    assert ran == []
    goes_on.set()
    asking.join(5)
    until(lambda: ran == ["third"])


def test_a_task_that_fails_is_logged_and_its_thread_goes_on(caplog):
    start, ran = keep_threads(1), threading.Event()

    def fail():
        raise RuntimeError("what went wrong")

    start(fail)
    start(ran.set)
    assert ran.wait(20)
    assert "what went wrong" in caplog.text
