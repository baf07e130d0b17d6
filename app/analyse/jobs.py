"""Reading with several processes of this machine: each holds the networks and reads one file at a time.

A process that dies, by a crash of a decoder or by a kill, is replaced, and the file it had in hand is read again.
"""

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from ctypes import c_double

import cv2

from app.vision.errors import BadImage, BadVideo

TRIES = 10
"""Deaths of a process while it reads one file, after which the file counts as failed: it is taken to be the cause."""

STARTS = 50
"""Deaths of a process before it has begun with a file, after which the file counts as failed."""

STALLED_S = 300
"""Seconds without a reading after which a process is ended and its file counts as failed: no frame takes so long."""

TICK_S = 0.1

_PID, _READINGS, _FACES, _SHARE, _BEATS = range(5)


def read_all(sources, results, reader_of, jobs, note=lambda *_: None):
    """Reads sources with `jobs` processes; yields (source, None) as each is done, or (source, why it failed).

    `reader_of` is called without arguments in each process and gives its Reader; it must be picklable.
    `note(readings, faces, shares)` is called now and then with the counts of the files in progress and the sum of
    their completed shares.
    """
    waiting, done = queue.SimpleQueue(), queue.SimpleQueue()
    for source in sources:
        waiting.put(source)
    slots = [_Slot(results, reader_of) for _ in range(max(1, min(jobs, len(sources))))]
    threads = [threading.Thread(target=_serve, args=(slot, waiting, done), daemon=True) for slot in slots]
    for thread in threads:
        thread.start()
    try:
        left = len(sources)
        while left:
            with contextlib.suppress(queue.Empty):
                outcome = done.get(timeout=TICK_S)
                if isinstance(outcome, BaseException):
                    raise outcome
                left -= 1
                yield outcome
            note(*(sum(slot.told[index] for slot in slots) for index in (_READINGS, _FACES, _SHARE)))
    finally:
        for slot in slots:
            slot.close()


def _serve(slot, waiting, done):
    """Gives one process the waiting sources, one after the other, until none is left."""
    with contextlib.suppress(queue.Empty):
        while True:
            source = waiting.get_nowait()
            try:
                done.put((source, slot.read(source)))
            except Exception as error:  # a defect of this program: the caller's thread raises it
                done.put(error)
                return


class _Slot:
    """One process at a time, with its progress, which needs no lock: a killed process would hold one for ever."""

    def __init__(self, results, reader_of):
        self._context = multiprocessing.get_context("spawn")  # LiteRT and OpenCV do not reliably survive a fork
        self.told = self._context.RawArray(c_double, 5)
        self._arguments = (results, reader_of, self.told)
        self._executor = None
        self._is_closed = False

    def read(self, source):
        """Lets the process read a source; returns None, or the reason of a failure."""
        deaths = {True: 0, False: 0}  # by whether the process had begun with the file
        while deaths[True] < TRIES and deaths[False] < STARTS:
            before = self.told[_BEATS]
            try:
                return self._read_once(source)
            except BrokenProcessPool:
                self._executor = None
            if self._is_closed:
                return "the call was ended"
            deaths[self.told[_BEATS] != before] += 1
        if deaths[False] == STARTS:
            return f"the process that was to read it died {STARTS} times before it began"
        return f"the process that read it died {TRIES} times; the file may be damaged in a way that crashes a decoder"

    def _read_once(self, source):
        if self._executor is None:
            self._executor = ProcessPoolExecutor(1, self._context, _start, self._arguments)
        future, beats, since_s = self._executor.submit(_read, source), None, time.monotonic()
        while True:
            try:
                return future.result(timeout=1)
            except TimeoutError:
                if beats != self.told[_BEATS]:
                    beats, since_s = self.told[_BEATS], time.monotonic()
                elif time.monotonic() - since_s > STALLED_S:
                    self._kill()
                    return f"no frame was read for {STALLED_S} s; the file was given up"

    def _kill(self):
        self._executor = None
        if self.told[_PID]:
            with contextlib.suppress(OSError):
                os.kill(int(self.told[_PID]), getattr(signal, "SIGKILL", signal.SIGTERM))

    def close(self):
        """Ends the process; a file in progress leaves no result."""
        self._is_closed = True
        executor = self._executor
        if executor is not None:
            self._kill()
            executor.shutdown(wait=True, cancel_futures=True)


def _start(results, reader_of, told):
    """Sets up a process. It ignores Ctrl-C, because the caller answers it and ends the processes."""
    global _results, _reader, _told
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told[_PID] = os.getpid()
    threading.Thread(target=_end_with_caller, daemon=True).start()
    cv2.setNumThreads(1)  # the processes share the cores
    _results, _reader, _told = results, reader_of(), told


def _end_with_caller():
    """Ends this process when the caller is gone: a killed caller cannot end its processes."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _read(source):
    def note(readings, faces, share):
        _told[_READINGS], _told[_FACES], _told[_SHARE] = readings, faces, share
        _told[_BEATS] += 1

    note(0, 0, 0.0)
    try:
        _results.make(_reader, source, note)
    except (BadImage, BadVideo, OSError) as error:
        return words(error)
    finally:
        note(0, 0, 0.0)
    return None


def words(error):
    """An exception as the sentence for failed.csv."""
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
