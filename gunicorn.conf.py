"""How gunicorn serves the site: one worker, enough threads. Scale by more instances behind a sticky proxy."""

import os
import signal
import socket
import struct
import sys
import threading

from app import logs
from app.config import BadSetting, load
from app.worker import Worker, raise_file_limit

try:
    _settings = load()
except BadSetting as error:
    sys.exit(str(error))
os.environ["GUNICORN_CONF"] = __file__  # tells wsgi.py that this file was read

_OTHER_FILES = 200  # what a worker has open beside its connections: libraries, models, pipes
Worker.proxies = _settings["PROXIES"]

wsgi_app = "wsgi:app"
workers = 1  # Socket.IO has no sticky sessions within gunicorn; this line also overrides WEB_CONCURRENCY
worker_class = "app.worker.Worker"  # gthread, in which no visitor takes all threads
threads = 2 * _settings["MAX_CLIENTS"] + 8  # a socket holds one, and may poll beside it while it upgrades
preload_app = False  # OpenCV and LiteRT do not survive a fork: the worker loads them
logconfig_dict = logs.configuration(_settings["LOG_FORMAT"])
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # the heartbeat: in memory, not on a disk
forwarded_allow_ips = ""  # FACEIT_PROXIES alone says whose X-Forwarded headers are believed
control_socket_disable = True  # it would write to the home folder, which a container may not have
graceful_timeout = 4
worker_connections = max(2, raise_file_limit(threads + 1000 + _OTHER_FILES) - _OTHER_FILES)


def when_ready(server):
    """Bounds every wait for a client's bytes, as gunicorn does not: connections inherit it from what accepts them."""
    bound = struct.pack("ll", _settings["STALLED_S"], 0)
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, bound)


def post_worker_init(worker):
    """Lets SIGTERM end the live service in good order: else its sockets would stay open to the last."""
    stop_accepting = signal.getsignal(signal.SIGTERM)

    def stop(signum, frame):
        stop_accepting(signum, frame)
        threading.Thread(target=_close, args=(worker,), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)


def worker_exit(server, worker):
    """Ends the worker at once: Python would wait for the threads of the sockets that are still open.

    A worker that never started has none, and its exit status tells the master not to try again.
    """
    if worker.booted:
        os._exit(0)


def on_starting(server):
    """Refuses options that cannot work, in words."""
    if server.cfg.worker_class_str != worker_class:
        sys.exit(f"Let's Face It needs gunicorn's worker class {worker_class}, not {server.cfg.worker_class_str}")
    if server.cfg.threads < threads:
        sys.exit(
            f"{server.cfg.threads} threads starve: {_settings['MAX_CLIENTS']} live pages need {threads}. "
            "For fewer threads set FACEIT_MAX_CLIENTS lower and leave out --threads"
        )
    if server.cfg.workers != 1:
        sys.exit("Let's Face It runs with one worker; start more instances behind a sticky proxy instead")
    if server.cfg.preload_app:
        sys.exit("Let's Face It cannot be preloaded: its models are loaded in the worker")


def _close(worker):
    from app import live  # loads NumPy, whose threads do not survive the fork, so not in the master

    live.close(worker.wsgi)
