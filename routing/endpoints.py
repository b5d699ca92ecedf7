DIALECTS: frozenset[str] = frozenset()
SPEAKABLE: frozenset[str] = frozenset()
