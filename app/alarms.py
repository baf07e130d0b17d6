"""One thread that calls functions after a delay. It serves deadlines and pings, of which there may be thousands."""

import heapq
import itertools
import logging
import threading
import time

log = logging.getLogger(__name__)


class Alarms:
    """Calls functions after a delay, one after the other in one thread, so each function has to be quick.

    The thread starts with the first alarm. Time is monotonic, so setting the system clock moves no alarm.
    """

    def __init__(self):
        self._due = []  # a heap of (when, number, alarm)
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._thread = None

    def after(self, seconds, call, *arguments):
        """An Alarm that calls `call(*arguments)` after `seconds`, unless it is cancelled first."""
        alarm = Alarm(call, arguments)
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._numbers), alarm))
            if self._thread is None:
                self._thread = threading.Thread(target=self._ring, name="alarms", daemon=True)
                self._thread.start()
            self._changed.notify()
        return alarm

    def _ring(self):
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                alarm = heapq.heappop(self._due)[2]
            alarm.ring()


class Alarm:
    """A scheduled call."""

    def __init__(self, call, arguments):
        self._what = call, arguments

    def cancel(self):
        """Prevents the call; does nothing after it has been made."""
        self._what = None

    def ring(self):
        """Makes the call, unless it was cancelled. Logs an exception, so that the other alarms still ring."""
        what, self._what = self._what, None
        if what is None:
            return
        try:
            what[0](*what[1])
        except Exception:
            log.exception("an alarm failed")


alarms = Alarms()
"""Those of this process."""
