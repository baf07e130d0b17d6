"""The database: any SQLAlchemy URL, upgraded to the newest schema, with durable transactions."""

from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

MIGRATIONS = Path(__file__).parent / "migrations"
FILE = "labels.sqlite"
"""The database's name in the folder, unless another URL is given."""

_POOL = 24  # connections: the site's threads, the scanner's and a few more


class BadDatabase(Exception):
    """A URL that names no database that can be opened; the text says why."""


def open_database(url):
    """An SQLAlchemy engine for a URL, with the newest schema. Raises BadDatabase."""
    try:
        engine = _connect(url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise BadDatabase(f"{url!r} names no database that can be opened: {error}") from None
    upgrade(engine)
    return engine


def url_of(folder):
    """The URL of a folder's own SQLite file."""
    return f"sqlite:///{(Path(folder) / FILE).resolve().as_posix()}"


def upgrade(engine):
    """Brings the schema to the newest migration, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def writing(engine):
    """A transaction that writes: it is committed at the end, or rolled back.

    On SQLite it takes the write lock at once. A transaction that began by reading would fail where another has written
    meanwhile (https://www.sqlite.org/isolation.html).
    """
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def clear_log(engine):
    """Empties SQLite's write-ahead log, which still holds deleted rows; while others read, a later call does so."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            connection.close()


def _connect(url):
    url = make_url(url)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    is_file = url.get_backend_name() == "sqlite"
    engine = create_engine(url, pool_size=_POOL, max_overflow=_POOL, pool_pre_ping=not is_file)
    if is_file:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection, _record):
    connection.isolation_level = None  # _begin_sqlite sends BEGIN
    # secure_delete: the rows of a rater who withdraws are overwritten, not only marked as free.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection):
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
