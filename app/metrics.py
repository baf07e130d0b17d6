"""The server's metrics as Prometheus text: frames, drops, clients, faces, times. Nothing personal is counted."""

import threading

from flask import Blueprint, Response, current_app
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

_STAGE_BUCKETS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)

blueprint = Blueprint("metrics", __name__)


class Metrics:
    """The counters of one application, in a registry of their own: two applications do not mix."""

    def __init__(self):
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        frames = Counter("faceit_frames", "Live frames, by what became of them", ["outcome"], registry=self.registry)
        self._frames = {outcome: frames.labels(outcome) for outcome in ("answered", "dropped", "error")}
        self._photos = Counter("faceit_photos", "Photos analysed", registry=self.registry)
        self.explanations = Counter("faceit_explanations", "Faces explained", registry=self.registry)
        faces = Counter("faceit_faces", "Faces read", ["source"], registry=self.registry)
        self._faces = {source: faces.labels(source) for source in ("photo", "frame")}
        stages = Histogram(
            "faceit_stage_seconds",
            "Time of a step of the analysis",
            ["source", "stage"],
            buckets=_STAGE_BUCKETS_S,
            registry=self.registry,
        )
        names = [(source, stage) for source in self._faces for stage in ("decode", "detect", "classify", "total")]
        self._stages = {name: stages.labels(*name) for name in names}  # faster than `labels()` for each frame
        self._answers = Histogram(
            "faceit_frame_answer_seconds",
            "From a frame's arrival to its answer, waiting included",
            buckets=_STAGE_BUCKETS_S,
            registry=self.registry,
        )
        self.clients = Gauge("faceit_clients", "Live pages connected", registry=self.registry)
        threads = Gauge(
            "faceit_threads", "Threads of this process, of which each connection holds some", registry=self.registry
        )
        threads.set_function(threading.active_count)
        self.refused = Counter(
            "faceit_clients_refused", "Live pages for which there was no room", registry=self.registry
        )

    def photo(self, analysis):
        """Counts a photo that was analysed."""
        self._photos.inc()
        self._analysis("photo", analysis)

    def frame(self, outcome, answer_s, analysis=None):
        """Counts a frame: its outcome is "answered", "dropped" or "error"."""
        self._frames[outcome].inc()
        if analysis:
            self._answers.observe(answer_s)
            self._analysis("frame", analysis)

    def _analysis(self, source, analysis):
        self._faces[source].inc(len(analysis.faces))
        for stage, spent_ms in analysis.timing_ms.items():
            self._stages[source, stage].observe(spent_ms / 1000)


@blueprint.get("/metrics")
def metrics():
    """The counters as Prometheus text."""
    registry = current_app.extensions["metrics"].registry
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
