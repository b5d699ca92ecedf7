"""Table: keywords of JSON Schema and of its OpenAPI dialect, by what stands under them."""

from __future__ import annotations

# Objects whose names are the user's own properties.
SCHEMA_MAPS = frozenset({"properties", "$defs", "definitions", "patternProperties", "dependentSchemas"})
# Keywords whose words mean something to a validator: they stay.
SCHEMA_KEPT = frozenset({
    "type", "$ref", "$dynamicRef", "$schema", "$id", "$anchor", "$dynamicAnchor", "required", "dependentRequired",
    "enum", "const", "pattern", "format", "contentEncoding", "contentMediaType", "propertyOrdering",
    "property_ordering", "discriminator",
})  # fmt: skip
# Of them those that are written in a language of their own: nothing in it can be replaced.
SCHEMA_SYNTAX = frozenset({"pattern", "$ref", "$dynamicRef", "$schema", "$id"})
# Keywords under which values stand: the user's data.
SCHEMA_DATA = frozenset({"default", "examples", "example"})
