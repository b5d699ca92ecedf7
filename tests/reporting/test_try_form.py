from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.try_form import MAX_BODY, MAX_TEXT, TryToken, parse_try

FORM = "application/x-www-form-urlencoded"
TOKEN = TryToken()


def body(**fields: str) -> bytes:
    return urlencode({"token": TOKEN.value, "text": "Jane Doe", "policy": "default"} | fields).encode()


def test_reads_the_form() -> None:
    form = parse_try(body(text="Jane\r\nDoe & co é", policy=""), FORM + "; charset=utf-8", TOKEN)
    assert (form.text, form.policy) == ("Jane\nDoe & co é", "")
    assert "Jane" not in repr(form)


@pytest.mark.parametrize(
    ("data", "kind", "word"),
    [
        (body(), "text/plain", "not sent by this page"),
        (body(), "multipart/form-data; boundary=x", "not sent by this page"),
        (body(), "", "not sent by this page"),
        (body(token=""), FORM, "earlier run"),
        (body(token=TryToken().value), FORM, "earlier run"),
        (body(token="\udcff".encode("utf-8", "surrogateescape").decode("latin-1")), FORM, "earlier run"),
        (urlencode({"text": "x"}).encode(), FORM, "earlier run"),
        (body(text="  \n"), FORM, "type a sentence"),
        (body(text="x" * (MAX_TEXT + 1)), FORM, "too long"),
        (b"x" * (MAX_BODY + 1), FORM, "too long"),
        (body() + b"&text=again", FORM, "could not be read"),
        (body() + b"&a=%ff", FORM, "could not be read"),
        (b"\xff", FORM, "could not be read"),
        (b"", FORM, "earlier run"),
        (body() + b"&a=1" * 20, FORM, "could not be read"),
    ],
)
def test_refuses_what_the_page_did_not_send(data: bytes, kind: str, word: str) -> None:
    with pytest.raises(ValueError, match=word) as refused:
        parse_try(data, kind, TOKEN)
    assert "Jane" not in str(refused.value)


def test_tokens_differ_and_stay_out_of_reprs() -> None:
    assert TryToken().value != TryToken().value
    assert len(TOKEN.value) >= 32
    assert TOKEN.value not in repr(TOKEN)
    assert TOKEN.matches(TOKEN.value)
    assert not TOKEN.matches(TOKEN.value[:-1])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_try(data, FORM, TOKEN)
