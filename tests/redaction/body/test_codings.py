"""Content encodings: exact, bounded, and the same bytes again."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from redaction.body.codings import DecodedBody, decode_body, encode_body
from redaction.errors import BadEncoding, TooLarge

TEXT = b'{"prompt": "Jane Doe 123-45-6789"}'
LIMIT = 1 << 20
CODINGS = ("gzip", "deflate", "br", "zstd")


def raw_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


@pytest.mark.parametrize(
    ("label", "raw", "encoding"),
    [
        (None, TEXT, "identity"),
        ("", TEXT, "identity"),
        ("Identity", TEXT, "identity"),
        ("gzip", gzip.compress(TEXT), "gzip"),
        (" GZIP ", gzip.compress(TEXT), "gzip"),
        ("x-gzip", gzip.compress(TEXT), "gzip"),
        ("deflate", zlib.compress(TEXT), "deflate"),
        ("deflate", raw_deflate(TEXT), "deflate"),
        ("br", brotli.compress(TEXT), "br"),
        ("zstd", zstandard.compress(TEXT), "zstd"),
        ("zstd", zstandard.ZstdCompressor(write_checksum=True, write_content_size=False).compress(TEXT), "zstd"),
    ],
)
def test_decodes(label: str | None, raw: bytes, encoding: str) -> None:
    body = decode_body(raw, label, max_inflated=LIMIT)
    assert (body.data, body.encoding) == (TEXT, encoding)


@pytest.mark.parametrize(
    "label",
    [
        "gzip, gzip",
        "gzip, br",
        "identity, gzip",
        "base64",
        "hex",
        "utf-8",
        "rot13",
        "compress",
        "aws-chunked",
        "gzip;q=1",
    ],
)
def test_unknown_and_stacked_labels_are_refused(label: str) -> None:
    with pytest.raises(BadEncoding) as caught:
        decode_body(gzip.compress(TEXT), label, max_inflated=LIMIT)
    assert caught.value.code == "faasera_unknown_encoding"
    assert caught.value.status == 415


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", [len(TEXT), 300_000])
def test_only_whole_streams(coding: str, size: int) -> None:
    raw = encode_body((TEXT * (size // len(TEXT) + 1))[:size], coding)
    bad = {
        "cut by one": raw[:-1],
        "cut in half": raw[: len(raw) // 2],
        "a byte behind": raw + b"\x00",
        "text behind": raw + TEXT,
        "twice": raw + raw,
        "a line break behind": raw + b"\n",
        "plain": TEXT * 10,
        "a byte in front": b" " + raw,
    }
    for name, data in bad.items():
        with pytest.raises(BadEncoding) as caught:
            decode_body(data, coding, max_inflated=LIMIT)
        assert "Jane" not in str(caught.value), name


def test_trailing_bytes_are_seen_at_every_chunk_border() -> None:
    for coding in CODINGS:
        for size in (65_536, 65_537, 131_072, 256, 257):
            noise = bytes((i * 7919 + i // 251) % 256 for i in range(size))
            raw = encode_body(noise, coding)
            assert decode_body(raw, coding, max_inflated=LIMIT).data == noise
            for pad in range(0, 300, 37):
                with pytest.raises(BadEncoding):
                    decode_body(raw + b"\x00" * (pad + 1), coding, max_inflated=LIMIT)


@pytest.mark.parametrize(("coding", "wbits"), [("gzip", 31), ("deflate", 15)])
def test_a_stream_that_ends_with_a_chunk_is_the_whole_body(coding: str, wbits: int) -> None:
    for size in range(65_536 - 60, 65_536):
        coder = zlib.compressobj(0, wbits=wbits)
        raw = coder.compress(bytes(size)) + coder.flush()
        if len(raw) == 65_536:
            break
    else:
        pytest.fail("no stream of exactly one chunk")
    assert decode_body(raw, coding, max_inflated=LIMIT).data == bytes(size)
    for behind in (b"\x00", TEXT, raw, bytes(70_000)):
        with pytest.raises(BadEncoding):
            decode_body(raw + behind, coding, max_inflated=LIMIT)


def test_zstd_skippable_frames_and_large_windows_are_refused() -> None:
    frame = zstandard.compress(TEXT)
    skippable = b"\x50\x2a\x4d\x18" + (8).to_bytes(4, "little") + b"Jane Doe"
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=24, write_content_size=False)
    ).compressobj()
    far = wide.compress(b"x" * (17 << 20)) + wide.flush()
    for data in (skippable, skippable + frame, frame + skippable, far):
        with pytest.raises(BadEncoding):
            decode_body(data, "zstd", max_inflated=1 << 25)


def test_deflate_with_two_readings_is_refused() -> None:
    # As zlib: header 78 9c, a stored block of 0xff63 bytes, an empty last block, a checksum.
    # Read raw: 78 opens a stored block of 0x9c bytes, then a last stored block that ends where the zlib stream does.
    inside = bytearray(b"x" * 0xFF63)
    total = 7 + len(inside) + 5 + 4
    inside[154:159] = b"\x01" + (total - 166).to_bytes(2, "little") + ((total - 166) ^ 0xFFFF).to_bytes(2, "little")
    raw = b"\x78\x9c\x00\x63\xff\x9c\x00" + inside + b"\x01\x00\x00\xff\xff"
    raw += zlib.adler32(inside).to_bytes(4, "big")
    assert zlib.decompress(raw) == inside
    assert len(zlib.decompress(raw, -15)) > 0xFF00
    with pytest.raises(BadEncoding):
        decode_body(raw, "deflate", max_inflated=LIMIT)


def test_an_empty_body_is_empty_under_every_label() -> None:
    assert {decode_body(b"", coding, max_inflated=1) for coding in CODINGS} == {DecodedBody(b"", c) for c in CODINGS}


def test_what_a_container_may_hide_makes_it_not_reusable() -> None:
    named = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + b"jane_doe.json\0" + gzip.compress(TEXT, mtime=0)[10:]
    assert decode_body(named, "gzip", max_inflated=LIMIT) == DecodedBody(TEXT, "gzip", reusable=False)
    assert not decode_body(brotli.compress(TEXT), "br", max_inflated=LIMIT).reusable
    assert encode_body(TEXT, "gzip")[3:8] == bytes(5)  # no extras, no clock
    assert all(decode_body(encode_body(TEXT, c), c, max_inflated=LIMIT).reusable for c in ("gzip", "deflate", "zstd"))


@pytest.mark.parametrize("coding", CODINGS)
def test_the_bound_is_exact(coding: str) -> None:
    data = b"\x00" * 100_000
    raw = encode_body(data, coding)
    assert decode_body(raw, coding, max_inflated=100_000).data == data
    with pytest.raises(TooLarge) as caught:
        decode_body(raw, coding, max_inflated=99_999)
    assert (caught.value.status, caught.value.code) == (413, "faasera_inflated_too_large")
    assert "limits.inflated" in caught.value.message


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", [3 << 20, (9 << 20) + 7])
def test_much_text_from_few_bytes_comes_out_whole(coding: str, size: int) -> None:
    data = (TEXT * (size // len(TEXT) + 1))[:size]
    raw = encode_body(data, coding)
    assert decode_body(raw, coding, max_inflated=size).data == data
    with pytest.raises(TooLarge):
        decode_body(raw, coding, max_inflated=size - 1)
    with pytest.raises(BadEncoding):
        decode_body(raw + b"\x00", coding, max_inflated=size)


_BOMB = """
import resource, sys
from redaction.body.codings import decode_body
from redaction.errors import TooLarge
from tests.support.bombs import bomb

raw = bomb(sys.argv[1], 160)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode_body(raw, sys.argv[1], max_inflated=32 << 20)
except TooLarge:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // (1024 if sys.platform != "darwin" else 1 << 20))
"""


@pytest.mark.slow
@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_stops_at_the_bound(coding: str) -> None:
    pytest.importorskip("resource")
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", _BOMB, coding], capture_output=True, text=True, cwd=root, check=True)
    assert int(done.stdout) <= 56, "MiB more than before, for a bomb of 160 MiB and a bound of 32"


@given(st.binary(max_size=2000), st.sampled_from(("identity", *CODINGS)))
def test_round_trip(data: bytes, coding: str) -> None:
    raw = encode_body(data, coding)
    assert raw == encode_body(data, coding)
    assert decode_body(raw, coding, max_inflated=2000).data == data


@given(st.binary(max_size=200), st.sampled_from(CODINGS), st.data())
def test_damage_is_refused_or_read_as_one_text(raw: bytes, coding: str, data: st.DataObject) -> None:
    whole = bytearray(encode_body(raw, coding))
    if whole and data.draw(st.booleans()):
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        decode_body(bytes(whole) or b"\x00", coding, max_inflated=LIMIT)
    except (BadEncoding, TooLarge):
        pass


def test_the_repr_shows_no_text() -> None:
    assert "Jane" not in repr(decode_body(TEXT, None, max_inflated=LIMIT))
