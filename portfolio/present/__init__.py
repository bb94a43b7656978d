"""Numbers to charts, tables and words. No computing."""
