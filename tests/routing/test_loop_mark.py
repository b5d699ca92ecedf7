"""The mark of a request that went in a circle."""

from __future__ import annotations

import pytest

from routing.loop_mark import MOST, LoopMark


def test_replicas_with_one_key_know_each_others_marks() -> None:
    one, other = LoopMark("a-key-of-the-team"), LoopMark("a-key-of-the-team")
    assert one.value != other.value
    assert one.knows(other.value)
    assert other.knows(one.value)


def test_a_proxy_with_another_key_or_none_does_not() -> None:
    team = LoopMark("a-key-of-the-team")
    for laptop in (LoopMark(), LoopMark("another-key"), LoopMark("")):
        assert not team.knows(laptop.value)
        assert not laptop.knows(team.value)
        assert laptop.knows(laptop.value)


def test_marks_of_others_stay_and_a_row_without_end_ends() -> None:
    team, laptop = LoopMark("a-key-of-the-team"), LoopMark()
    sent = laptop.added_to("Jane Doe, 123-45-6789")
    assert sent == laptop.value
    sent = team.added_to(sent)
    assert sent == f"{laptop.value}, {team.value}"
    assert laptop.knows(sent)
    assert team.knows(sent)
    stranger = LoopMark()
    assert not stranger.knows(sent)
    for _ in range(MOST - 2):
        assert not stranger.knows(sent)
        sent = LoopMark().added_to(sent)
    assert stranger.knows(sent)


@pytest.mark.parametrize("value", ["", ".", "x.y", "a" * 99, "\udcff.\udcff"])
def test_what_somebody_made_up_is_no_mark(value: str) -> None:
    assert not LoopMark("k").knows(value)
    assert "k" not in repr(LoopMark("k")).removeprefix("LoopMark")
