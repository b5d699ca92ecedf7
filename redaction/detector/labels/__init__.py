"""Values that a label announces: one engine of label x binding x value, its vocabulary a table per language."""
