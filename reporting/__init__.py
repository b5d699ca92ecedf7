"""What people see: audit, metrics, coverage, pages. Reads reports, changes nothing."""
