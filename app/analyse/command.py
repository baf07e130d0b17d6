"""The command `flask analyse`."""

import functools
import glob
import json
import math
import sys
import tempfile
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.analyse import batch, sources, table
from app.analyse.jobs import words
from app.analyse.progress import Progress
from app.analyse.reading import Options, read
from app.analyse.results import Results
from app.vision.errors import BadImage, BadModel, BadVideo, NoModel, UnknownModel
from app.vision.reader import Reader

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


def _read_shard(_context, _option, text):
    """The (index, number) of `3/8`, or None."""
    if text is None:
        return None
    index, slash, number = text.partition("/")
    if not (slash and index.isdecimal() and number.isdecimal() and 1 <= int(index) <= int(number)):
        raise click.BadParameter(f"a shard is I/N with I from 1 to N, such as 3/8, not {text!r}")
    return int(index), int(number)


def _check_fps(_context, _option, fps):
    if fps is not None and not (math.isfinite(fps) and fps > 0):
        raise click.BadParameter(f"frames a second are a number above 0, not {fps}")
    return fps


@click.command("analyse")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--model", help="Name of the model that answers, instead of the default.")
@click.option("--fps", type=float, callback=_check_fps, help="Frames of a film's second that are read; all if absent.")
@click.option("--out", type=_FILE, help="Table with a row a face and frame: .csv, .parquet or .jsonl.")
@click.option("--summary", type=_FILE, help="Table with a row a file: shares, means, the longest stretch.")
@click.option("--annotate", type=_FOLDER, help="Folder for drawn photos and films.")
@click.option("--faces", type=_FOLDER, help="Folder for the faces' crops, 48×48 pixels.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that read.")
@click.option("--shard", callback=_read_shard, metavar="I/N", help="Read the I-th of N parts; a last call joins them.")
@click.option("--ray", metavar="auto|ADDRESS", help="Read on a Ray cluster.")
@with_appcontext
def analyse(paths, model, fps, out, summary, annotate, faces, jobs, shard, ray):
    """Read the faces of photos, films and folders of them.

    Without --out and --summary it prints one line of JSON for each photo and each frame of a film.
    """
    try:
        for path in filter(None, (out, summary)):
            table.check(path)
        if shard and not (out or summary):
            raise click.UsageError("--shard needs --out or --summary: their folder is where the shards meet")
        folders = {
            "--annotate": annotate,
            "--faces": faces,
            "--out": out and out.parent,
            "--summary": summary and summary.parent,
        }
        for option, folder in folders.items():
            _check_folder(option, folder)
        found = sources.find(paths, [folder for folder in (annotate, faces) if folder])
        options = Options(fps, annotate, faces)
        models = current_app.extensions["models"]
        card = models.get(model).card
        if not (out or summary or jobs > 1 or ray):
            sys.exit(_print_each(found, options, model))
        reader_of = functools.partial(
            Reader, card.name, current_app.config["MODELS"], current_app.config["MAX_PHOTO_PIXELS"]
        )
        read_all = batch.way(reader_of, jobs, ray)
        sys.exit(_batch(found, card, options, read_all, out, summary, shard))
    except (UnknownModel, NoModel, BadModel, table.NoTable, batch.NoCluster) as error:
        raise click.ClickException(str(error)) from None


def _check_folder(option, folder):
    """Makes a folder and tries to write in it, before hours are spent on results that can't be stored."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise click.ClickException(f"{option}: nothing can be written into {folder}: {error.strerror}") from None


def _print_each(found, options, model):
    """Reads the sources in this process and prints their lines; returns the exit status."""
    failed = False
    with current_app.extensions["pool"].lend("command") as analyser, Progress(len(found)) as progress:
        reader = Reader.of(analyser, model)
        for source in found:
            stem = _free_stem(source.path.stem, options)
            readings = read(reader, source, options, stem, lambda *counts: progress.show(*counts))
            why = _print(readings, source)
            progress.add()
            if why:
                failed = True
                click.echo(f"{source.name}: {why}", err=True)
    return 1 if failed else 0


def _print(readings, source):
    """Prints the readings of one source; returns None, or why some or all of it could not be read."""
    while True:
        try:
            reading = next(readings)
        except StopIteration as ended:
            return ended.value
        except (BadImage, BadVideo, OSError) as error:
            return words(error)
        # Outside the `try`: where the program that reads our output (`head`, say) has ended, the photo is not at fault.
        click.echo(json.dumps(line(reading.to_json(), reading.analysis.timing_ms)))


def line(content, timing_ms=None):
    """A reading's dict as the command prints it: with `photo`, or with `film`, `frame` and `time_s`."""
    content = dict(content)
    file, frame, time_s = (content.pop(name) for name in ("file", "frame", "time_s"))
    place = {"photo": file} if time_s is None else {"film": file, "frame": frame, "time_s": time_s}
    return place | content | ({} if timing_ms is None else {"timing_ms": timing_ms})


def _batch(found, card, options, read_all, out, summary, shard):
    """Reads the sources into a folder of results and writes their tables; returns the exit status."""
    if not (out or summary):
        with tempfile.TemporaryDirectory() as folder:
            results = Results(Path(folder), card.name, card.file["sha256"], options)
            return batch.print_all(found, results, read_all, lambda content: click.echo(json.dumps(line(content))))
    first = out or summary
    results = Results(first.with_name(first.name + ".parts"), card.name, card.file["sha256"], options)
    results.folder.mkdir(exist_ok=True)
    if shard:
        return batch.read_missing(sources.shard(found, *shard), results, read_all).tell()
    results.sweep()
    outcome = batch.read_missing(found, results, read_all)
    batch.write_tables(found, results, outcome, card.labels, out, summary)
    return outcome.tell()


def _free_stem(stem, options):
    """A name that no file in the folders has yet: the second cat.jpg becomes cat-2."""
    free, number = stem, 1
    while any(folder and any(folder.glob(f"{glob.escape(free)}{ending}")) for folder, ending in _taken(options)):
        number += 1
        free = f"{stem}-{number}"
    return free


def _taken(options):
    return (options.annotate, ".png"), (options.annotate, ".mp4"), (options.faces, "-*.png")
