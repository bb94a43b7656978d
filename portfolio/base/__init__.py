"""Sources to one clean row per customer. Ibis expressions: any engine, nothing loaded."""
