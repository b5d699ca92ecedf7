"""The profiler in process: recognizers (a file per family), tagger and policy."""
