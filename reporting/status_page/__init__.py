"""The status page: templates, style, script, and the function that fills them."""
