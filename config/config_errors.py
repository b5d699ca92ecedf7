"""What stops the start: a setting that cannot be used."""

from __future__ import annotations


class ConfigError(ValueError):
    """Raised when the configuration cannot be used; the message is one line for the person who starts the proxy."""


class SettingsError(ValueError):
    """Raised when a setting cannot be used. `key` is its path (`limits.body`), `reason` says what is wrong."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


class BadSettings(ValueError):
    """Raised when a setting cannot be used. `key` is its path (`targets.local.base_url`), `reason` what is wrong."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason
