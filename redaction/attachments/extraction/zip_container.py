"""A ZIP container with documents in it, opened so that nobody can read it in another way than we do.

Sources: ECMA-376 part 2, ODF 1.3 part 2, EPUB OCF 3.3, APPNOTE.TXT. Sizes in the directory are not believed: what
comes out of the decompressor is counted.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import unquote

from redaction.attachments.extraction.result import Encrypted, NoDocument, OverLimit, Unreadable
from redaction.attachments.extraction.xml_tree import attribute, parse

_MEMBERS = 5000
_ODF = "application/vnd.oasis.opendocument."
_ODF_FORMATS = {"text": "odt", "spreadsheet": "ods", "presentation": "odp", "graphics": "odg", "formula": "odf"}
_OOXML_FORMATS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_PROTECTED_URI = re.compile(rb"""URI\s*=\s*["'][^"']*\.(?:x?html?|xml|opf|ncx|svg)["']""", re.IGNORECASE)


class Counts(Protocol):
    """Whoever bounds what is inflated."""

    def inflated(self, size: int) -> None: ...


class Container:
    """The members of one document. `format` is `docx`, `ods`, `epub` ..."""

    def __init__(self, archive: zipfile.ZipFile, counts: Counts) -> None:
        """Raises `NoDocument`, `Encrypted`, `Unreadable`, `OverLimit`."""
        self._archive = archive
        self._counts = counts
        members = [info for info in archive.infolist() if not info.is_dir()]
        if len(members) > _MEMBERS:
            raise OverLimit
        self.members = [info.filename for info in members]
        self.names = set(self.members)
        if any(info.flag_bits & 1 for info in members):
            raise Encrypted("members of the container are encrypted")
        # Two members of one name, or bytes before the first: readers disagree on what is in such a container.
        if len(self.names) != len(members) or min((info.header_offset for info in members), default=0) != 0:
            raise Unreadable("the container has two readings")
        if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in members):
            raise Unreadable("a member is compressed in an unusual way")
        self.comment = archive.comment.decode("utf-8", "replace")
        self.format = self._format()

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises `OverLimit`."""
        out = io.BytesIO()
        with self._archive.open(name) as stream:
            while chunk := stream.read(64 * 1024):
                self._counts.inflated(len(chunk))
                out.write(chunk)
        return out.getvalue()

    def find(self, pattern: str) -> list[str]:
        """Members whose names match a pattern, numbers in them counted (`slide2` before `slide10`)."""
        wanted = re.compile(pattern, re.IGNORECASE)
        return sorted((name for name in self.names if wanted.fullmatch(name)), key=_natural)

    def related(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """The relationships of an OOXML part: id -> (last word of the type, target, whether it is outside)."""
        folder, _, name = part.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels".lstrip("/")
        found: dict[str, tuple[str, str, bool]] = {}
        if rels not in self.names:
            return found
        for item in parse(self.read(rels)):
            target, outside = attribute(item, "Target"), attribute(item, "TargetMode") == "External"
            if not outside:
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                target = posixpath.normpath(unquote(path))
            found[attribute(item, "Id")] = (attribute(item, "Type").rpartition("/")[2], target, outside)
        return found

    def _format(self) -> str:
        names = self.names
        if "[Content_Types].xml" in names:
            fits = (kind for prefix, kind in _OOXML_FORMATS.items() if any(name.startswith(prefix) for name in names))
            return next(fits, "ooxml")
        media = self.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in names else ""
        if media.startswith(_ODF):
            manifest = "META-INF/manifest.xml"
            if manifest in names and b"encryption-data" in self.read(manifest):
                raise Encrypted("the document needs a password")
            return _ODF_FORMATS.get(media.removeprefix(_ODF).partition("-")[0], "odf")
        if media == "application/epub+zip":
            rights = "META-INF/encryption.xml"  # fonts are often obfuscated that way, text only under DRM
            if rights in names and _PROTECTED_URI.search(self.read(rights)):
                raise Encrypted("the book is protected")
            return "epub"
        raise NoDocument


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in re.split(r"(\d{1,9})", name)]


@contextmanager
def open_container(data: bytes, counts: Counts) -> Iterator[Container]:
    """Raises `NoDocument` (some other ZIP), `Encrypted`, `Unreadable`, `OverLimit`; broken members are `Unreadable`
    wherever in the block they are met."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield Container(archive, counts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable("the container is broken") from error
