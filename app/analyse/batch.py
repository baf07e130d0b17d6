"""Reads the files that have no result yet, by processes or by a cluster, and writes tables of all results."""

import functools
from dataclasses import dataclass, field

import click

from app.analyse import jobs, summary, table
from app.analyse.progress import Progress
from app.vision import reader

FAILED = "failed.csv"


class NoCluster(Exception):
    """A Ray cluster was asked for and can't be used; the text says why."""


@dataclass
class Outcome:
    """The outcome of a call: how many files it read, how many had a result before, and why each other failed."""

    read: int = 0
    kept: int = 0
    failed: dict = field(default_factory=dict)

    def tell(self):
        """Prints the outcome on standard error; returns the exit status: 1 if any file failed."""
        kept = f", {self.kept:,} were read before" if self.kept else ""
        failed = f", {len(self.failed):,} failed or are damaged" if self.failed else ""
        click.echo(f"{self.read:,} files read{kept}{failed}", err=True)
        return 1 if self.failed else 0


def way(reader_of, number, ray):
    """The function that reads sources into results: `jobs.read_all` with its arguments, or the cluster's."""
    if ray is None:
        return functools.partial(jobs.read_all, reader_of=reader_of, jobs=number)
    from app.analyse import cluster

    return functools.partial(cluster.read_all, reader_of=reader_of, address=ray)


def read_missing(sources, results, read_all):
    """Reads the sources that have no result yet; returns the Outcome. Prints failures on standard error at once."""
    missing = [source for source in sources if not results.is_done(source)]
    outcome = Outcome(kept=len(sources) - len(missing))
    with Progress(len(missing)) as progress:
        for source, why in read_all(missing, results, note=progress.show):
            outcome.read += why is None
            damage = results.told(source)["damage"] if why is None else why
            if damage:
                click.echo(f"{source.name}: {damage}", err=True)
                outcome.failed[source] = damage
            told = results.told(source) if why is None else {"frames": 0, "faces": 0}
            progress.add(told["frames"], told["faces"])
    for source in set(sources) - set(missing):
        if damage := results.told(source)["damage"]:
            outcome.failed[source] = damage
    return outcome


def write_tables(sources, results, outcome, labels, out, summary_path):
    """Writes the requested tables, and failed.csv beside them where any file failed."""
    done = [source for source in sources if results.is_done(source)]
    if out:
        contents = (content for source in done for content in results.contents(source))
        rows = (row for content in contents for row in reader.rows(content))
        table.write(out, reader.columns(labels), rows)
    if summary_path:
        rows = (
            summary.summarise(source.name, results.contents(source), labels, results.told(source)["damage"])
            for source in done
        )
        table.write(summary_path, summary.columns(labels), rows, summary.KINDS)
    _write_failed((out or summary_path).with_name(FAILED), sources, outcome.failed)


def print_all(sources, results, read_all, show):
    """Reads the sources and passes their readings to `show`, in the sources' order; returns the exit status."""
    outcome, waiting, ready = Outcome(), list(sources), set()
    for source, why in read_all(sources, results):
        ready.add(source)
        if why is not None:
            outcome.failed[source] = why
        while waiting and waiting[0] in ready:
            _show_one(waiting.pop(0), results, outcome, show)
    return 1 if outcome.failed else 0


def _show_one(source, results, outcome, show):
    why = outcome.failed.get(source)
    if why is None:
        for content in results.contents(source):
            show(content)
        why = results.told(source)["damage"]
        results.forget(source)
    if why:
        outcome.failed[source] = why
        click.echo(f"{source.name}: {why}", err=True)


def _write_failed(path, sources, failed):
    """Writes failed.csv; removes an old one where nothing failed this time."""
    if not failed:
        path.unlink(missing_ok=True)
        return
    rows = ({"file": source.name, "reason": failed[source]} for source in sources if source in failed)
    table.write(path, ["file", "reason"], rows)
