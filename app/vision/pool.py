"""Lends the analysers fairly: each client has at most one piece of work in progress and one waiting."""

import threading
from collections import deque
from contextlib import contextmanager

from app.vision.errors import Busy


class _Ticket:
    """A client's request for an analyser; `called` is set when it is granted or replaced by a newer request."""

    def __init__(self, order):
        self.order = order
        self.called = threading.Event()
        self.analyser = None


class Pool:
    """Lends analysers, one a piece of work; their number is the limit on work in flight.

    Clients take turns: the client that has waited longest is next, however much the others send. A client
    keeps its place in the queue when newer work of its own replaces the waiting work.
    """

    def __init__(self, analysers):
        self._idle = deque(analysers)
        self._waiting = {}  # client -> ticket, in the order of their turns
        self._served = set()
        self._closing = False
        self._changed = threading.Condition()

    @contextmanager
    def lend(self, client, order=0, timeout_s=None):
        """An analyser for one piece of a client's work, or None where newer work has replaced it.

        The work with the higher `order` is newer; of equal orders, the later call. Raises Busy
        after `timeout_s` seconds, or when the pool is closed.
        """
        ticket = self._queue(client, order)
        try:
            if not ticket.called.wait(timeout_s):
                raise Busy("all analysers are busy; please try again")
            yield ticket.analyser
        finally:
            self._leave(client, ticket)

    def close(self, timeout_s):
        """Takes no new work and waits for the work in progress; returns whether it was done in `timeout_s`."""
        with self._changed:
            self._closing = True
            return self._changed.wait_for(lambda: not self._served and not self._waiting, timeout_s)

    def _queue(self, client, order):
        ticket = _Ticket(order)
        with self._changed:
            if self._closing:
                raise Busy("the server is closing; please connect again")
            waiting = self._waiting.get(client)
            if waiting and waiting.order > order:
                ticket.called.set()
                return ticket
            if waiting:
                waiting.called.set()
            self._waiting[client] = ticket
            self._grant()
        return ticket

    def _leave(self, client, ticket):
        with self._changed:
            if ticket.analyser is not None:
                self._idle.append(ticket.analyser)
                self._served.discard(client)
            elif self._waiting.get(client) is ticket:
                del self._waiting[client]
            self._grant()
            self._changed.notify_all()

    def _grant(self):
        while self._idle:
            client = next((client for client in self._waiting if client not in self._served), None)
            if client is None:
                return
            ticket = self._waiting.pop(client)
            ticket.analyser = self._idle.popleft()
            self._served.add(client)
            ticket.called.set()
