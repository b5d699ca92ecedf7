"""The interface of a Profiler, and the Faasera Profiler over HTTP."""
