"""A folder of drawn faces, and labelling sites on SQLite and on a PostgreSQL server that the tests start."""

import glob
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from labels import draw_faces, open_site
from serving import free_port, until

from app.labelling.database import url_of
from app.labelling.site import create_site
from app.labelling.turns import Rules


@pytest.fixture
def folder(tmp_path):
    """A folder with six faces."""
    draw_faces(tmp_path, 6)
    return tmp_path


@pytest.fixture
def labelling(folder):
    """A Labelling of the folder; each face needs two raters."""
    opened = open_site(folder, rules=Rules(raters=2))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def site(labelling):
    """The labelling site."""
    return create_site(labelling)


@pytest.fixture(scope="session")
def postgres():
    """The URL of an empty PostgreSQL server of the tests' own."""
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed; on Debian: apt install postgresql")
    with tempfile.TemporaryDirectory(prefix="labels-postgres-") as folder:
        process, port = _start_postgres(binaries, Path(folder))
        try:
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path_factory):
    """The URL of an empty database: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        yield url_of(tmp_path_factory.mktemp("database"))
    else:
        yield from _new_database(request.getfixturevalue("postgres"))


def _new_database(server):
    import psycopg

    name = f"labels_{os.urandom(4).hex()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"{server.rpartition('/')[0]}/{name}"


def _postgres_binaries():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin")) or [os.path.dirname(shutil.which("postgres") or "")]
    return Path(found[-1]) if found[-1] else None


def _start_postgres(binaries, folder):
    # PostgreSQL refuses to run as root; Debian's package creates a user for it.
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", free_port()
    initdb = [binaries / "initdb", "--auth=trust", "--username=tester", "--encoding=UTF8", "--no-sync", "-D", data]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **user)
    server = [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1"]
    process = subprocess.Popen(server, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)
    ready = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    until(lambda: subprocess.run(ready, check=False).returncode == 0)
    return process, port
