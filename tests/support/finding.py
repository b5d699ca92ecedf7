"""What the embedded profiler's rules find, without a tagger: for tables of texts and the spans in them."""

from __future__ import annotations

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.labels.label_engine import labelled_values
from redaction.detector.policy import CompiledPolicy, compile_policy
from redaction.detector.rules.rule_matcher import RuleMatcher

DETECTOR = Detector()
PLAIN = compile_policy(Policy())
# What labels announce, chunk by chunk as the detector does it, and nothing else.
LABELLED = RuleMatcher((), also=labelled_values, kernel=None)


def found(text: str, policy: CompiledPolicy = PLAIN) -> list[tuple[str, str]]:
    """Type and value of each span, in order."""
    return [(span.type, text[span.start : span.end]) for span in DETECTOR.find(text, policy)]
