"""The configuration as plain checked values: sizes, durations, URLs, secrets. Imports nothing else of ours."""
