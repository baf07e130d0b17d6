"""Starts two instances behind nginx, with Redis, by the files of deploy/, as processes of this machine."""

import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from serving import ROOT, free_port, get, serve, until


@dataclass(frozen=True)
class Deployment:
    """nginx's address as `url`, (process, address) of each instance, and the other processes."""

    url: str
    instances: list
    nginx: subprocess.Popen
    redis: subprocess.Popen


@contextmanager
def deploy(folder, app="fakes_server:app", **settings):
    """A Deployment of two instances of an application with FACEIT_ settings; `folder` takes nginx's files."""
    store, door = free_port(), free_port()
    settings |= {"FACEIT_PROXIES": "1", "FACEIT_LIMITER_STORAGE": f"redis://127.0.0.1:{store}"}
    with ExitStack() as stack:
        redis = stack.enter_context(
            running("redis-server", "--port", str(store), "--save", "", "--dir", str(folder), "--bind", "127.0.0.1")
        )
        instances = [stack.enter_context(serve(app, **settings)) for _ in range(2)]
        text = (ROOT / "deploy" / "nginx.conf").read_text().replace("listen 80;", f"listen 127.0.0.1:{door};")
        for number, (_, url) in enumerate(instances, 1):
            text = text.replace(f"app{number}:8000", url.removeprefix("http://"))
        (folder / "nginx.conf").write_text(text)
        here = f"daemon off; pid {folder}/nginx.pid;"
        log = str(folder / "error.log")
        nginx = stack.enter_context(running("nginx", "-c", str(folder / "nginx.conf"), "-g", here, "-e", log))
        until(lambda: get(f"http://127.0.0.1:{door}/readyz") == 200)
        yield Deployment(f"http://127.0.0.1:{door}", instances, nginx, redis)


@contextmanager
def running(*arguments):
    """A process that is terminated when the block ends."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
