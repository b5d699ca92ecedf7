"""PDF as Markdown by PDFium (the library of Chromium, through pypdfium2): pages, form fields, notes typed on a page.

What is read is what stands on the pages. Left out and counted: pictures, comments, attached files. Alternative texts,
metadata, bookmarks, earlier revisions, scripts and XFA are not read. Characters without a meaning (fonts without a map
to Unicode) show as U+FFFD; a document with many of them is refused.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from statistics import median
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from redaction.attachments.extraction.markdown import Markdown
from redaction.attachments.extraction.pdf_lines import Glyph, Line, Strike, lines, write_page
from redaction.attachments.extraction.result import Encrypted, OverLimit, Unreadable
from redaction.attachments.extraction.symbols import UNKNOWN, readable

_PAGES = 5000
_OBJECTS = 50_000  # drawn things on a page
_NESTED = 4
_BOX = 1.15  # the height of a line's box in font sizes
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_CHECK, _RADIO = raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON
_SILENT = frozenset({raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE, raw.FPDF_FORMFIELD_UNKNOWN})
_REMARKS = frozenset({
    raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE, raw.FPDF_ANNOT_SQUIGGLY,
    raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_CARET, raw.FPDF_ANNOT_INK, raw.FPDF_ANNOT_STRIKEOUT,
})  # fmt: skip


def read_pdf_text(data: bytes, out: Markdown) -> None:
    """Write the text of a PDF. Raises `Encrypted`, `Unreadable`, `OverLimit`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise Encrypted("the document needs a password") from error
        raise Unreadable("the PDF cannot be parsed") from error
    try:
        _Pdf(document, out).read()
    except pypdfium2.PdfiumError as error:
        raise Unreadable("a page of the PDF cannot be parsed") from error
    finally:
        document.close()


class _Pdf:
    def __init__(self, document: Any, out: Markdown) -> None:
        self.document, self.out = document, out
        self.seen = self.odd = 0

    def read(self) -> None:
        out = self.out
        out.unit = "pages"
        out.count = len(self.document)
        if out.count > _PAGES:
            raise OverLimit
        if attached := raw.FPDFDoc_GetAttachmentCount(self.document):
            out.left_out["attached files"] += attached
        if self.document.get_formtype() != raw.FORMTYPE_NONE:
            self.document.init_forms()
        held: list[tuple[list[Line], list[Strike], list[str]]] = []
        for number in range(out.count):
            page = self.document[number]
            try:
                held.append(self.page(page))
            finally:
                page.close()
        if self.odd * 4 > self.seen:
            raise Unreadable("its characters have no meaning (a font without a map to Unicode): save it as text")
        heights = [glyph.height for page_lines, _, _ in held for line in page_lines for glyph in line.glyphs[::8]]
        usual = median(heights) if heights else 0.0
        for number, (page_lines, strikes, notes) in enumerate(held, 1):
            out.line(f"--- page {number} ---")
            write_page(page_lines, strikes, usual, out)
            for note in notes:
                out.start("")
                out.run(f"[{note}]")
                out.end_line()

    def page(self, page: Any) -> tuple[list[Line], list[Strike], list[str]]:
        text = page.get_textpage()
        try:
            found = lines(self.glyphs(text.raw))
        finally:
            text.close()
        pictures, strikes = self.drawn(page.raw)
        notes = self.annotations(page, found, strikes)
        if pictures and not found:
            self.out.left_out["pages without text"] += 1
        if pictures:
            self.out.left_out["pictures"] += pictures
        return found, strikes, notes

    def glyphs(self, text: Any) -> Iterator[Glyph]:
        """The characters of a page in the order of PDFium, `\\n` and ` ` between lines and words."""
        box, x, y, matrix = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
        box_at, x_at, y_at = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        code_of, box_of, origin_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
        meaningless = raw.FPDFText_HasUnicodeMapError
        count = raw.FPDFText_CountChars(text)
        if count * 4 > self.out.limit:
            raise OverLimit
        high = 0
        heights: dict[int, float] = {}  # by the object of the page that a character belongs to
        for place in range(count):
            code = code_of(text, place)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code, high = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00, 0
            if code in (10, 13):
                yield Glyph("\n", 0, 0, 0, 0)
                continue
            if code in (0x20, 0xA0, 9):
                yield Glyph(" ", 0, 0, 0, 0)
                continue
            self.seen += 1
            if 0x20 < code < 0x7F and not meaningless(text, place):
                char = chr(code)
            elif meaningless(text, place) == 1 or code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000:
                char = "-" if code == 0xFFFE else UNKNOWN
            else:
                char = "-" if code == 2 else _LIGATURES.get(code) or readable(chr(code))
            self.odd += char == UNKNOWN
            if not char.isprintable():
                continue
            origin_of(text, place, x_at, y_at)
            box_of(text, place, box_at)
            owner = ctypes.cast(raw.FPDFText_GetTextObject(text, place), ctypes.c_void_p).value or 0
            height = heights.get(owner)
            if height is None or not owner:
                raw.FPDFText_GetMatrix(text, place, ctypes.byref(matrix))
                size = raw.FPDFText_GetFontSize(text, place) * math.hypot(matrix.b, matrix.d)
                height = heights[owner] = _BOX * size if size > 0 else max(box.top - box.bottom, 0.1)
            yield Glyph(char, box.left, box.right, y.value, height)

    def drawn(self, page: Any) -> tuple[int, list[Strike]]:
        """How many pictures are on a page, and lines that may run through text."""
        pictures, strikes, left = 0, [], _OBJECTS
        sides = [ctypes.c_float() for _ in range(4)]
        todo: list[tuple[Any, int]] = [
            (raw.FPDFPage_GetObject(page, i), 0) for i in range(min(raw.FPDFPage_CountObjects(page), left))
        ]
        while todo and left:
            thing, depth = todo.pop()
            left -= 1
            kind = raw.FPDFPageObj_GetType(thing)
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                pictures += 1
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _NESTED:
                inner = min(raw.FPDFFormObj_CountObjects(thing), left)
                todo += [(raw.FPDFFormObj_GetObject(thing, i), depth + 1) for i in range(inner)]
            elif kind == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetBounds(thing, *map(ctypes.byref, sides)):
                x0, y0, x1, y1 = (side.value for side in sides)
                if y1 - y0 < 2.5 and x1 - x0 > 3:
                    strikes.append((x0, x1, (y0 + y1) / 2))
        return pictures, strikes

    def annotations(self, page: Any, found: list[Line], strikes: list[Strike]) -> list[str]:
        """Put form fields where they stand, and return what was typed on the page besides."""
        notes: list[str] = []
        form = self.document.formenv.raw if self.document.formenv is not None else None
        for place in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _OBJECTS)):
            note = raw.FPDFPage_GetAnnot(page.raw, place)
            if not note:
                continue
            try:
                kind = raw.FPDFAnnot_GetSubtype(note)
                box = raw.FS_RECTF()
                raw.FPDFAnnot_GetRect(note, ctypes.byref(box))
                if kind == raw.FPDF_ANNOT_WIDGET and form is not None:
                    said = _field(form, note)
                    if said and not _put(said, box, found):
                        notes.append(said)
                elif kind == raw.FPDF_ANNOT_FREETEXT:
                    if said := _string(lambda b, n, a=note: raw.FPDFAnnot_GetStringValue(a, b"Contents", b, n)):
                        notes.append(f"note: {said}")
                elif kind in _REMARKS:
                    if kind == raw.FPDF_ANNOT_STRIKEOUT:
                        strikes += _struck(note)
                    if _string(lambda b, n, a=note: raw.FPDFAnnot_GetStringValue(a, b"Contents", b, n)):
                        self.out.left_out["comments"] += 1
                elif kind == raw.FPDF_ANNOT_FILEATTACHMENT:
                    self.out.left_out["attached files"] += 1
            finally:
                raw.FPDFPage_CloseAnnot(note)
        return notes


def _field(form: Any, note: Any) -> str:
    """A form field: `[x]` and `[ ]` of boxes, the value of others."""
    kind = raw.FPDFAnnot_GetFormFieldType(form, note)
    if kind in (_CHECK, _RADIO):
        return "[x]" if raw.FPDFAnnot_IsChecked(form, note) else "[ ]"
    if kind in _SILENT:
        return ""
    return _string(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, note, buffer, size))


def _string(call: Any) -> str:
    """A string of PDFium's: asked for twice, first how long it is (bytes of UTF-16 with a zero behind)."""
    size = call(None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    call(buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace").strip()


def _put(said: str, box: Any, found: list[Line]) -> bool:
    """Add a field to the line of its height, where it stands in it; False if there is none."""
    for line in found:
        if box.bottom - 2 <= line.base <= box.top:
            height = line.height
            at = next((i for i, glyph in enumerate(line.glyphs) if glyph.left >= box.left), len(line.glyphs))
            # A space on both sides; the places of the other spaces move along.
            line.spaces = {place + (place >= at) for place in line.spaces} | {at, at + 1}
            right = min(box.right, line.glyphs[at].left) if at < len(line.glyphs) else box.right
            line.glyphs.insert(at, Glyph(said, box.left, max(right, box.left), line.base, height))
            return True
    return False


def _struck(note: Any) -> list[Strike]:
    """The places that a reader has struck out."""
    found: list[Strike] = []
    quad = raw.FS_QUADPOINTSF()
    for place in range(min(raw.FPDFAnnot_CountAttachmentPoints(note), 1000)):
        if raw.FPDFAnnot_GetAttachmentPoints(note, place, ctypes.byref(quad)):
            height = abs(quad.y1 - quad.y3)
            found.append((min(quad.x1, quad.x3), max(quad.x2, quad.x4), min(quad.y1, quad.y3) + 0.45 * height))
    return found
