"""Text out of documents. Everything here but `result` runs in a worker process, never in the proxy."""
