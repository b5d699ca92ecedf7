"""The compiled part of the detector, and how it is made."""
