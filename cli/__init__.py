"""The command `faasera`: a proxy for one program, try, scan, doctor, configuration, CA, service."""
