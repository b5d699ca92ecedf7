"""Bodies of requests as parsed documents, and the way back to bytes."""
