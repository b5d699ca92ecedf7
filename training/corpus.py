"""Texts of the training sources, cut into documents of 200-1600 characters.

Three uses: `prose` (the teacher labels it), `ui` (interface texts in many languages: no person in them) and `code`
(source files: hard negatives). Lines that look like they credit a person are left out of `ui` and `code`.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import lexicon as lx
import scripts
from fetch import DOWNLOADS, sources

UI_LANGUAGES = {
    "en": "en", "de": "de", "es": "es", "pt": "pt", "pt-BR": "pt", "pt_BR": "pt", "fr": "fr", "it": "it",
    "nl": "nl", "pl": "pl", "da": "da", "sv": "sv", "zh-Hans": "zh", "zh_Hans": "zh", "ru": "ru", "uk": "uk",
    "cs": "cs", "el": "el", "tr": "tr", "ja": "ja", "ko": "ko", "ar": "ar", "hi": "hi", "he": "he", "fi": "fi",
    "nb": "nb", "ro": "ro", "hu": "hu", "hr": "hr", "id": "id", "vi": "vi", "fa": "fa", "th": "th", "bn": "bn",
    "ta": "ta",
}  # fmt: skip
CREDIT = re.compile(
    r"copyright|©|authors?\b|maintain|contribut|written by|thanks to|courtesy|translat|@\w+\.\w|license", re.I
)
CODE = (
    ".py",
    ".js",
    ".ts",
    ".tsx",
    ".jsx",
    ".pyx",
    ".pxd",
    ".c",
    ".h",
    ".html",
    ".css",
    ".rst",
    ".md",
    ".json",
    ".toml",
    ".yml",
    ".sh",
)
MESSAGE = re.compile(r'^msgstr(?:\[\d\])? "(.*)"\n((?:".*"\n)*)', re.M)
WORD_PAIR = re.compile(r"\b([A-Z][a-zà-ž]+) (?:[A-Z]\. )?([A-Z][a-zà-ž]+)\b")


@dataclass(frozen=True, slots=True)
class Document:
    use: str
    language: str
    text: str


def files(path: Path) -> Iterator[tuple[str, bytes]]:
    """`(name, content)` of every file in a wheel or a source tarball, in a stable order."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if not name.endswith("/"):
                    yield name, archive.read(name)
        return
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name, content.read()


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from _leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child)


def language_of(code: str) -> str | None:
    """`de_DE`, `pt-BR`, `zh_Hans_CN` -> the language whose templates go with it. Traditional Chinese has none."""
    if code.startswith("zh"):
        return "zh" if "Hans" in code or "CN" in code else None
    return UI_LANGUAGES.get(code) or UI_LANGUAGES.get(re.split("[-_]", code)[0])


def messages(name: str, content: bytes) -> tuple[str, list[str]] | None:
    """`(language, messages)` of one catalogue: gettext's `.po`, JSON by language, help pages in HTML."""
    code = re.search(r"(?:locale|locales|translations)/([a-z]{2}(?:[-_]\w+)*)/", name) or re.search(
        r"/translations/(?:\w+/)?([a-z]{2}(?:-[A-Za-z]{2,4})?)(?:-[0-9a-f]{32})?\.json$|language_pack_([a-z]{2}_[a-z]{2})/.*\.json$",
        name,
    )
    language = language_of((code[1] or code[2]).replace("zh_cn", "zh_CN")) if code else None
    if language is None or "manifest" in name:
        return None
    if name.endswith(".po"):
        text = content.decode("utf-8", "ignore")
        texts = [m[1] + "".join(re.findall(r'^"(.*)"', m[2], re.M)) for m in MESSAGE.finditer(text)]
        return language, [t.replace("\\n", "\n").replace('\\"', '"') for t in texts[1:]]
    if name.endswith(".json"):
        return language, list(_leaves(json.loads(content)))
    if name.endswith(".html"):
        lines = re.sub(r"<[^>]*>", " ", content.decode("utf-8", "ignore")).split("\n")
        return language, [" ".join(line.split()) for line in lines]
    return None


def person_like(line: str) -> bool:
    """A first name followed by a last name, by the gazetteer: such a line is not a clean negative."""
    first, last, _ = lx.gazetteer()
    return any(m[1] in first and m[2] in last for m in WORD_PAIR.finditer(line))


# "the user" in a sentence of an interface: a place where a person's name can stand.
USER = {
    "en": r"(?:[Tt]he|[Tt]his|[Aa]n?) (?:user|speaker|participant|author|manager|learner|coach)",
    "de": r"[Dd]er Benutzer|[Dd]ie Person|[Dd]en Benutzer|[Dd]er Nutzer|"
    r"[Dd]er Referent|[Dd]er Teilnehmer|[Dd]er Autor|[Dd]ie Lernenden|[Dd]em Benutzer",
    "es": r"[Ee]l usuario|[Uu]n usuario|[Ee]l ponente|[Ee]l participante|[Ee]l autor|[Ee]l tutor|[Ll]a persona",
    "pt": r"[Oo] usuário|[Oo] utilizador|[Uu]m usuário|"
    r"[Oo] palestrante|[Oo] participante|[Oo] autor|[Oo] aluno|[Uu]m utilizador|[Aa] pessoa",
    "fr": r"[Ll]['’]utilisateur|[Uu]n utilisateur|[Ll]['’]auteur|[Ll][ea] participant|[Ll]['’]orateur|[Ll]a personne",
    "it": r"[Ll]['’]utente|[Uu]n utente|[Ll]a persona",
    "nl": r"[Dd]e gebruiker|[Ee]en gebruiker|[Dd]e persoon",
    "pl": r"[Uu]żytkownik|[Uu]żytkownika|[Uu]żytkownikowi|[Oo]soba",
    "da": r"[Bb]rugeren|[Ee]n bruger|[Pp]ersonen",
    "sv": r"[Aa]nvändaren|[Ee]n användare|[Pp]ersonen",
    "zh": r"用户|参与者|演讲者|该用户|参与者|演讲者|管理员",
    "ru": r"[Пп]ользователь",
    "cs": r"[Uu]živatel",
    "tr": r"[Kk]ullanıcı",
    "fi": r"[Kk]äyttäjä",
    "nb": r"[Bb]rukeren",
    "hu": r"[Aa] felhasználó",
    "ro": r"[Uu]tilizatorul",
    "hr": r"[Kk]orisnik",
    "uk": r"[Кк]ористувач",
    "el": r"[Οο] χρήστης",
    "id": r"[Pp]engguna",
    "ja": r"ユーザー",
    "ko": r"사용자(?=(?:가|는|를|의|에게|와)(?![가-힣]))",
    "hi": r"उपयोगकर्ता(?=[ ।,])",
    "ar": r"المستخدم",
    "fa": r"کاربر",
    "he": r"המשתמש",
}  # fmt: skip
USER = {
    language: re.compile(rf"(?:{words})" if language in {"zh", "ja", "ko", "hi"} else rf"\b(?:{words})\b(?![-_])")
    for language, words in USER.items()
}


def all_ui_texts() -> dict[str, list[str]]:
    """Clean interface texts per language (each 12-400 characters, in letters without capitals from 4 on; no repeats).
    Those of a language that are English there are left out, and those that a language of its own letters writes in
    Latin ones."""
    found: dict[str, dict[str, None]] = {}
    for source in sources():
        if "ui" not in source["use"]:
            continue
        for name, content in files(DOWNLOADS / source["file"]):
            if "/dist/" in name and "/i18n/" not in name:  # other people's packages, bundled
                continue
            catalogue = messages(name, content)
            if catalogue:
                low, high = scripts.RANGES.get(catalogue[0], (0, 0))
                for text in catalogue[1]:
                    if low and not any(low <= ord(c) <= high for c in text):
                        continue
                    if (
                        (4 if low > 0x590 else 12) <= len(text) <= 400
                        and not CREDIT.search(text)
                        and not person_like(text)
                    ):
                        found.setdefault(catalogue[0], {})[text] = None
    english = found["en"]
    return {
        language: [text for text in texts if language == "en" or text not in english]
        for language, texts in sorted(found.items())
    }


# Languages of which little else is at hand: three times as many texts.
_LITTLE_ELSE = frozenset({"ko", "hi", "ar", "he", "fa"})


def sampled(texts: dict[str, list[str]], rng: Random, per_language: int) -> dict[str, list[str]]:
    return {
        language: rng.sample(all_, min(per_language * (3 if language in _LITTLE_ELSE else 1), len(all_)))
        for language, all_ in texts.items()
    }


def user_texts(texts: dict[str, list[str]], rng: Random, per_language: int) -> dict[str, list[str]]:
    """Those texts that speak of "the user"."""
    found = {}
    for language, pattern in USER.items():
        own = [text for text in texts.get(language, []) if pattern.search(text)]
        found[language] = rng.sample(own, min(per_language, len(own)))
    return found


def chunks(text: str, size: int = 1500) -> Iterator[str]:
    """Pieces of about `size` characters that end at a line's or a sentence's end where there is one."""
    at = 0
    while at < len(text):
        end = min(len(text), at + size)
        if end < len(text):
            cut = max(text.rfind("\n", at + size // 2, end), text.rfind(". ", at + size // 2, end))
            end = cut + 1 if cut > 0 else end
        yield text[at:end]
        at = end


def code_documents(rng: Random, limit: int) -> list[Document]:
    """Chunks of source files, the lines that may name a person left out."""
    found = []
    for source in sources():
        if "code" not in source["use"]:
            continue
        taken = []
        for name, content in files(DOWNLOADS / source["file"]):
            if name.endswith(CODE) and len(content) < 200_000 and "locale/" not in name and "AUTHORS" not in name:
                text = content.decode("utf-8", "ignore")
                lines = [line[:400] for line in text.split("\n") if not CREDIT.search(line) and not person_like(line)]
                taken += [Document("code", "", chunk) for chunk in chunks("\n".join(lines))]
        found += rng.sample(taken, min(len(taken), limit // 8))
    return found


def prose_documents(rng: Random, limit: int) -> list[Document]:
    """Chunks of the State of the Union addresses, Moby Dick and the World Factbook."""
    found = []
    for source in sources():
        if "prose" not in source["use"]:
            continue
        taken = []
        for name, content in files(DOWNLOADS / source["file"]):
            if name.endswith(".txt") and "/data/" in name:
                texts = [content.decode("utf-8", "ignore")] if re.search(r"/(19[3-9]|20)\d\d_", name) else []
            elif name.endswith(".json") and ("/data/chapter" in name or re.search(r"package/[a-z-]+/\w\w\.json", name)):
                texts = [t for t in _leaves(json.loads(content)) if len(t) > 120]
            else:
                continue
            taken += [
                Document("prose", "en", chunk)
                for text in texts
                for chunk in chunks(re.sub(r"(?<=\w)\n(?=\w)", " ", text))
            ]
        found += rng.sample(taken, min(len(taken), limit // 3))
    return found
