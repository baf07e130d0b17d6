"""gunicorn's threaded worker, in which no address takes all threads and a silent connection takes none.

gunicorn itself waits for a new connection's first bytes in a thread, gives threads to the connections that come first,
and accepts nobody beyond its limit. It offers no settings for what is done here, so requirements.txt names its version
exactly.
"""

import collections
import resource
import selectors
import threading
import time
from contextlib import suppress
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

from app import bodies
from app.addresses import counted
from app.alarms import alarms

SILENT_S = 10
"""Seconds in which a new connection has to send its first bytes."""

HEAD_S = 10
"""Seconds in which the head of a request has to arrive."""

ANSWER_S = 120
"""Seconds in which a client has to read the page or file that it asked for: the largest has 2.5 MB."""

_of_thread = threading.local()


def raise_file_limit(wanted):
    """Lets this process and its children open `wanted` files; returns how many the system allows, at most that.

    A server that runs out of file descriptors accepts no connection, and many systems allow 1,024 by default.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else min(soft, wanted)


class Worker(ThreadWorker):
    """As gthread, but an address holds no more threads than are free: its further requests wait for its earlier ones.

    So a new address always finds a thread, however many addresses attack. `proxies`, set by gunicorn.conf.py,
    is the number of proxies in front: then all connections come from one address, and none is held back.
    """

    proxies = 0

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._busy = collections.Counter()  # address -> threads
        self._waiting = collections.defaultdict(collections.deque)  # address -> connections in wait

    def accept(self, listener):
        """Accepts a connection, which takes a thread once its first bytes come; the oldest idle one makes room."""
        try:
            connection, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, connection, address, listener.getsockname())
        conn.timeout = time.monotonic() + SILENT_S
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))
        if self.nr_conns >= self.worker_connections - 1:
            self._close_oldest()

    def enqueue_req(self, conn):
        """Hands a connection whose bytes have come to a thread, or lets it wait for its address's turn."""
        address = self._address_of(conn)
        free = self.cfg.threads - self._busy.total()
        if not address or self._busy[address] < max(1, free):
            self._busy[address] += 1
            super().enqueue_req(conn)
        elif self._busy[address] + len(self._waiting[address]) < self.worker_connections // 2:
            self._waiting[address].append(conn)
        else:
            self.nr_conns -= 1
            conn.close()

    def finish_request(self, conn, fs):
        """Takes a connection back from its thread, and gives the thread to the address's next connection."""
        address = self._address_of(conn)
        self._busy[address] -= 1
        if not self._busy[address]:
            del self._busy[address]
        if not fs.cancelled() and not fs.exception() and fs.result():
            super().finish_request(conn, fs)
        else:
            self.nr_conns -= 1
        if waiting := self._waiting.pop(address, None):
            first = waiting.popleft()
            if waiting:
                self._waiting[address] = waiting
            self.enqueue_req(first)

    def handle(self, conn):
        """Serves a request, whose head has to arrive within HEAD_S."""
        _of_thread.late = alarms.after(HEAD_S, lambda: bodies.hang_up(conn.sock))  # TLS exchanges it
        is_kept = False
        try:
            is_kept = super().handle(conn)
            return is_kept
        finally:
            _of_thread.late.cancel()
            if not is_kept:  # not in finish_request: closing may take 2 s, and the main loop would wait
                with suppress(OSError):
                    conn.close(graceful=True)

    def handle_request(self, req, conn):
        """Serves a request whose head has arrived; the reply to a GET that is no WebSocket has a deadline."""
        _of_thread.late.cancel()
        if req.method == "GET" and not any(name == "UPGRADE" for name, _ in req.headers):
            _of_thread.late = alarms.after(ANSWER_S, bodies.hang_up, conn.sock)
        return super().handle_request(req, conn)

    def _address_of(self, conn):
        return "" if self.proxies or not isinstance(conn.client, tuple) else counted(conn.client[0])

    def _close_oldest(self):
        for connections in (self.pending_conns, self.keepalived_conns):
            if connections:
                conn = connections.popleft()
                self.poller.unregister(conn.sock)
                self.nr_conns -= 1
                conn.close()
                return
