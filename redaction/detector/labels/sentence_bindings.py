"""Words of sentences that bind a value to a label, in all languages of the vocabulary: `is`, `for the vpn is`, `use v as`."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import functools
import re

from redaction.detector.labels.vocabulary import vocabulary

# What must stand right in front of a label for a value to stand in front of that.
JOINS = re.compile(
    r" (?:as|for|is|als|como|comme|come|som|jako)[ ]{1,2}(?:[A-Za-z]{1,15}[ ]{1,2}){0,3}\Z", re.IGNORECASE
)
_FAR = (
    "for|of|to|on|in|at|from|für|vom|von|zum|zur|des|der|de|del|da|do|dos|das|pour|du|par|per|di|al|alla|para|por|dla|til|till|för|"
    "voor|van|для|от|до|к|на|pre|pro|za|kwa|untuk|cho|için|you|we|i|that|which"
)
# A word of a sentence behind the label.
PLAIN_NEXT = re.compile(r"[ ]([^\W\d_]{1,18})(?=[ :=]|[.,;!?)](?:\s|\Z)|\Z|\n)")


@functools.cache
def owner_words() -> frozenset[str]:
    """First words of what may stand between a label and its sign."""
    return frozenset(word.split()[0].lower() for word in vocabulary().owners)


@functools.cache
def owner_letters() -> frozenset[str]:
    """The letters that they begin with."""
    return frozenset(word[0] for word in owner_words())


@functools.cache
def binding_words() -> frozenset[str]:
    """The first words of what may bind a value to a label in a sentence."""
    return frozenset(word.split()[0].lower() for word in (*vocabulary().copulas, *_FAR.split("|")) if word)


def _words(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in words)


@functools.cache
def owner() -> re.Pattern[str]:
    """Words between a label and its sign: `kata sandi Anda: v`."""
    return re.compile(rf"(?i)[ ]?(?:{_words(vocabulary().owners)})(?=[ ]{{0,2}}[:=：]|[ ])")


@functools.cache
def spoken() -> re.Pattern[str]:
    """`is`, `lautet`, `是` behind a label."""
    copulas = vocabulary().copulas
    spaced = tuple(word for word in copulas if word.isascii() or word[-1] < "\u0e00")
    joined = tuple(word for word in copulas if word not in spaced)
    if not joined:
        joined = ("是",)
    return re.compile(
        rf"(?i)(?:['’]s(?=[ ])|\\?[\"'`*]{{0,3}}(?:[ \t]{{1,3}}(?:[—–-][ ])?(?:{_words(spaced)})(?=[ \t:=\"'`])|[ \t]{{0,2}}(?:{_words(joined)})))[ \t]{{0,3}}[:=：]?[ \t]{{0,3}}"
    )


@functools.cache
def spoken_far() -> re.Pattern[str]:
    """`password for the vpn is v`, `Passwort für das VPN lautet v`."""
    copulas = tuple(word for word in vocabulary().copulas if word.isascii() or word[-1] < "\u0e00")
    return re.compile(
        rf"(?i)[ \t](?:{_FAR})"
        rf"(?:[ \t][^\s.,;:=\"'<>]{{1,30}}){{1,5}}?(?:[ \t]{{1,2}}(?:{_words(copulas)})[ \t:]|[ \t]?[:=])[ \t]{{0,3}}"
    )


@functools.cache
def backward() -> re.Pattern[str]:
    """`use v as the admin password`, `v is your password`; group 1 is the value."""
    return re.compile(
        r"(?i)(?:\b(?:use|with|set|enter|type|try|put|using|usa|usar|utilise[rz]?|nutze|verwende|gebruik|använd|brug|użyj|usate)[ ]{1,2}|[\"'`]|(?:^|[.\n(][ ]?)(?=\S{1,60}\d))"
        r"([^\s\"'`<>]{4,120})[\"'`]?[ ]{1,2}(?:as|for|is|als|como|comme|come|som|jako)[ ]{1,2}"
        r"(?:(?:the|your|my|our|his|her|their|a|das|dein|la|el|il|le|mot|het|o|a)[ ]{1,2})?(?:[a-z]{1,15}[ ]{1,2}){0,2}\Z"
    )
