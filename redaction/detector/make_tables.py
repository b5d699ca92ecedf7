"""Makes the tables that a start maps (`kernel.stored`) before the first one needs them: run by `make setup`, and while
a container is built, whose user cannot write beside the code. `python -m redaction.detector.make_tables`
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
