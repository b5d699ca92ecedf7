"""Reversible mode: placeholders that say same or different, and their way back to the value in an answer.

restore_key.py placeholder_tags.py        the secret, and the tag of a value under it
vault.py                                  tag -> value, in memory, per client
tag_values.py                             what takes the place of a found value (the request side)
placeholder_pattern.py                    what a placeholder may look like after a model wrote it, and its live prefixes
json_depth.py                             how deep in JSON strings a place of a text stands
address_guards.py tool_rules.py           where the placeholder stays: addresses that something opens
placeholder_matcher.py                    a text stream with placeholders -> the same stream with values
json_edit.py                              one JSON document with strings put back in place
delta_channels.py                         one matcher per channel of an answer; the dialects say which text is whose
sse.py ndjson_stream.py json_array.py whole_body.py message_restorer.py    the framings
choose_restorer.py                        which of them an answer needs
note.py                                   the sentence in the system prompt
"""
