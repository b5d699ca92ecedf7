"""Makes the tables that a start maps (`kernel.stored`): `python -m redaction.detector.make_tables`.

Run by `make setup`, so that the first start need not, and while a container is built, whose user cannot write there.
"""

from __future__ import annotations

from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.detector.rules.strict_rules import strict_spans
from redaction.detector.tagger.network import Tagger


def main() -> None:
    EmbeddedProfiler({}, Tagger()).warm_rest()
    strict_spans("4111 1111 1111 1111")


if __name__ == "__main__":
    main()
