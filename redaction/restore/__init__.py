"""Reversible mode: placeholders that say same or different, and their way back to the value in an answer.

key.py tags.py      the secret, and the tag of a value under it
vault.py            tag -> value, in memory, per client
tagging.py          text + Masking -> text with tagged placeholders (the request side)
pattern.py          what a placeholder may look like after a model wrote it, and every live prefix of that
nesting.py          how deep in JSON strings a place of a text stands
matcher.py          a text stream with placeholders -> the same stream with values
leaves.py           one JSON document with strings put back in place
readers*.py         tables: where each dialect keeps its deltas, and which events end them
channels.py         one matcher per channel of an answer
sse.py ndjson.py json_array.py bodies.py frames.py    the framings
streams.py          `make_restorer`: which of them an answer needs
"""
