"""The command `flask label`: serves the labelling site, or writes the file of votes."""

import logging
import os
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

THREADS = 16  # requests answered at the same time
_EVERYWHERE = ("0.0.0.0", "::")


@click.command("label")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--words", help="The words to choose from, apart by spaces, or a words file (.toml). Kept for next time.")
@click.option("--raters", type=click.IntRange(1, 1000), default=3, show_default=True, help="People for each face.")
@click.option("--first", type=click.Choice(["random", "unsure"]), default="random", show_default=True, help="Order.")
@click.option("--database", metavar="URL", help="An SQLAlchemy URL, instead of labels.sqlite in FOLDER.")
@click.option("--export", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write the votes here and end.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for telephones.")
@click.option("--port", type=click.IntRange(0, 65535), default=5050, show_default=True, help="Port to listen on.")
@with_appcontext
def label(folder, words, raters, first, database, out, host, port):
    """Let several people say what each face in FOLDER looks like."""
    try:
        _label(folder, words, raters, first, database, out, host, port)
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"{error.name} is not installed; pip install -r requirements-label.txt brings it"
        ) from None


def _label(folder, words, raters, first, database, out, host, port):
    from app.labelling.database import BadDatabase, open_database, url_of
    from app.labelling.export import export
    from app.labelling.texts import BadTexts
    from app.labelling.words import BadWords

    try:
        engine = open_database(database or url_of(folder))
        texts = _set_words(engine, words, required=not out)
        if out:
            click.echo(f"{out}: {export(engine, out)} faces with votes")
        else:
            _serve(engine, folder, texts, raters, first, host, port)
    except (BadDatabase, BadTexts, BadWords) as error:
        raise click.ClickException(str(error)) from None


def _set_words(engine, given, required):
    """Stores the given words; returns the texts of their file."""
    from app.labelling import words
    from app.labelling.database import writing
    from app.labelling.texts import translated

    vocabulary = words.parse(given) if given else None
    texts = translated(vocabulary.texts if vocabulary else {})
    with writing(engine) as connection:
        if vocabulary:
            words.store(connection, vocabulary)
        elif required and not words.offered(connection):
            raise words.BadWords('no words yet: name them, as in --words "doubt pain neutral"')
    return texts


def _serve(engine, folder, texts, raters, first, host, port):
    import waitress

    from app.labelling.scan import Scanner, finder
    from app.labelling.site import Labelling, create_site
    from app.labelling.turns import Rules

    settings, pool = current_app.config, current_app.extensions["pool"]
    find = finder(pool, settings["MAX_PHOTO_PIXELS"])
    scanner = Scanner(engine, folder, find, settings["MAX_PHOTO_BYTES"], threads=max(1, (os.cpu_count() or 1) // 2))
    how = {"rules": Rules(raters, first), "texts": texts}
    how |= {"notice": settings["NOTICE"], "max_pixels": settings["MAX_PHOTO_PIXELS"]}
    labelling = Labelling.open(engine, folder.resolve(), scanner, **how)
    site = create_site(labelling, proxies=settings["PROXIES"])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that waits for a moment
    server = waitress.create_server(site, host=host, port=port, threads=THREADS, ident=None)
    with _scanning(scanner):
        _greet(labelling, host, server.effective_port)
        server.run()


@contextmanager
def _scanning(scanner):
    scanner.start()
    try:
        yield
    finally:
        scanner.stop()


def _greet(labelling, host, port):
    import segno

    shown = _own_address() if host in _EVERYWHERE else host
    join = f"http://{shown}:{port}/join/{labelling.join_token}"
    click.echo(f"Raters open   {join}")
    operator = f"http://{shown}:{port}/operator/{labelling.operator_token}"
    click.echo(f"You open      {operator}   for results and links; keep it to yourself")
    if host in _EVERYWHERE:
        if sys.stdout.isatty():
            segno.make(join).terminal(compact=True)
    else:
        click.echo("Only this computer can open them; --host 0.0.0.0 lets telephones in the same network do so.")
    click.echo("Ctrl-C ends it; all votes are kept.")
    sys.stdout.flush()


def _own_address():
    """This machine's address in its network, from which it would reach other hosts. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation, RFC 5737
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]
