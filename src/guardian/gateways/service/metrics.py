"""What the gate counts, as Prometheus reads it."""

from collections.abc import Iterable, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from guardian.gateways.service.tally import BOUNDS_S, Totals

_PREFIX = "guardian_gateway_"


def metrics_text(totals: Totals, gauges: Mapping[str, float]) -> str:
    """Return one page of metrics; `gauges` are further numbers, by name without the prefix."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(totals, gauges))
    return generate_latest(registry).decode()


class _Families(Collector):
    def __init__(self, totals: Totals, gauges: Mapping[str, float]) -> None:
        self._totals = totals
        self._gauges = {"connections": totals.open, "processes_ready": totals.ready, **gauges}

    def collect(self) -> Iterable[Metric]:
        mails = CounterMetricFamily(
            f"{_PREFIX}mails", "Mails by what became of them at the gate.", labels=["outcome"]
        )
        for outcome, count in self._totals.outcomes.items():
            mails.add_metric([outcome], count)
        yield mails
        bounds = [*map(str, BOUNDS_S), "+Inf"]
        yield HistogramMetricFamily(
            f"{_PREFIX}decision_seconds",
            "How long decisions about mail to clients took.",
            buckets=list(zip(bounds, accumulate(self._totals.durations), strict=True)),
            sum_value=self._totals.seconds,
        )
        for name, value in self._gauges.items():
            yield GaugeMetricFamily(_PREFIX + name, name.replace("_", " ").capitalize() + ".", value=value)
