"""The version of the product: shown by the command line, the page, the metrics and the wheel."""

__version__ = "0.2.0"
