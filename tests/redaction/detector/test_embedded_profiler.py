"""The embedded profiler behind the Profiler interface."""

from __future__ import annotations

import asyncio
import threading

import pytest

from config.config_errors import ConfigError
from config.redaction_settings import Pattern, Policy
from redaction.cache import MaskCache
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.errors import ProfilerFailed
from redaction.profiler.protocol import Masking
from redaction.spans import Span, substitute

LONG = "an ordinary line of words without anything in it\n" * 200 + "ssn 123-45-6789\n" + "and more words\n" * 200


def mask_many(profiler: EmbeddedProfiler, texts: list[str], policy: str = "default") -> dict[int, Masking]:
    done: dict[int, Masking] = {}

    async def run() -> None:
        loop_thread = threading.get_ident()

        def keep(index: int, masking: Masking) -> None:
            assert threading.get_ident() == loop_thread
            done[index] = masking

        await profiler.mask_many(texts, policy, keep)
        assert len(done) == len(texts)
        await profiler.aclose()

    asyncio.run(run())
    return done


def test_the_seed():
    masking = EmbeddedProfiler({}).mask_text("What is Jane Doe's SSN 123-45-6789?", "default")
    assert masking.replacement == "What is [[NAME]]'s SSN [[SSN]]?"
    assert [span.type for span in masking.spans] == ["NAME", "SSN"]
    assert masking.exact


@pytest.mark.parametrize(
    "texts", [["ssn 123-45-6789", "nothing", "jane@corp.com"], [LONG, "jane@corp.com", LONG + "x"]]
)
def test_mask_many_is_mask_text(texts):
    profiler = EmbeddedProfiler({"default": Policy()})
    done = mask_many(profiler, texts)
    assert [done[i] for i in range(len(texts))] == [profiler.mask_text(text) for text in texts]
    for text, masking in zip(texts, done.values(), strict=True):
        assert substitute(text, masking.spans) == masking.replacement


def test_names_left_in_paths_are_counted_and_stay_counted_in_the_cache():
    profiler = EmbeddedProfiler({})
    cache = MaskCache(100_000, 100)
    for text in ("see C:\\Users\\Jane Doe\\a.txt", "see C:\\Users\\Jane Doe\\a.txt, ssn 123-45-6789", "nothing"):
        masking = profiler.mask_text(text)
        assert masking.left == ("Jane" in text)
        key = cache.key(profiler.identity, "default", text)
        cache.put(key, text, masking)
        assert cache.get(key, text) == masking


def test_long_texts_leave_the_loop_free():
    """Another task runs while a long text is masked: it is a worker's work."""
    started, free = threading.Event(), threading.Event()

    class Waits:
        version = "1"

        def spans(self, text: str) -> list[Span]:
            if "wait" in text:
                started.set()
                assert free.wait(10)
            return []

    profiler = EmbeddedProfiler({}, Waits())

    async def run() -> None:
        task = asyncio.create_task(profiler.mask_many(["wait " + LONG], "default", lambda i, m: None))
        await asyncio.to_thread(started.wait, 10)
        assert not task.done()
        free.set()
        await task
        await profiler.aclose()

    asyncio.run(run())


def test_policies_are_picked_by_name():
    profiler = EmbeddedProfiler({"strict": Policy(), "lax": Policy(recognizers={"SSN": False})})
    assert profiler.mask_text("123-45-6789", "strict").replacement == "[[SSN]]"
    assert profiler.mask_text("123-45-6789", "lax").replacement == "123-45-6789"
    assert profiler.mask_text("123-45-6789").replacement == "[[SSN]]"


def test_unknown_policy_fails():
    with pytest.raises(ProfilerFailed) as error:
        mask_many(EmbeddedProfiler({}), ["x"], "nope")
    assert error.value.code == "faasera_unknown_policy"


def test_bad_policy_stops_the_start():
    with pytest.raises(ConfigError) as error:
        EmbeddedProfiler({"p": Policy(patterns=(Pattern(type="X", regex="(?<=a)b"),))})
    assert error.value.key == "policies.p.patterns[0].regex"


class Broken:
    version = "1"

    def spans(self, text: str) -> list[Span]:
        if "canary" in text:
            raise RuntimeError(f"boom: {text}")
        return []


@pytest.mark.parametrize("text", ["canary jane@corp.com", "canary jane@corp.com " + LONG])
def test_any_error_is_a_failure_without_the_text(text):
    with pytest.raises(ProfilerFailed) as error:
        mask_many(EmbeddedProfiler({}, Broken()), [text])
    assert "canary" not in str(error.value)
    assert error.value.__suppress_context__


def test_identity_changes_with_the_tagger():
    assert EmbeddedProfiler({}).identity.startswith("embedded rules-")
    assert EmbeddedProfiler({}, Broken()).identity == EmbeddedProfiler({}).identity + "+tagger-1"


def test_explain_names_rule_and_score():
    found = EmbeddedProfiler({}).explain("ssn 123-45-6789")
    assert any(span.recognizer == "us_ssn_dashed" and 0.9 < span.score <= 1 for span in found)


def test_repr_shows_no_text():
    assert "Jane" not in repr(EmbeddedProfiler({"default": Policy(dictionaries={"X": ("Jane",)})}))


class Asked:
    """A tagger that finds nothing and knows whether it was asked."""

    version = "asked"

    def __init__(self) -> None:
        self.times = 0

    def spans(self, text: str) -> list[Span]:
        self.times += 1
        return []


def test_each_tagger_is_warmed_once():
    for _ in range(5):  # the next one may stand where the last one stood
        tagger = Asked()
        EmbeddedProfiler({}, tagger)
        warmed = tagger.times
        assert warmed
        EmbeddedProfiler({}, tagger)
        assert tagger.times == warmed
        del tagger
