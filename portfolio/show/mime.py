"""The MIME types that outputs of a notebook leave it with: the runner knows them by these names."""

VIEW = "application/vnd.portfolio.view+json"
METRICS = "application/vnd.portfolio.metrics+json"
ACTIONS = "application/vnd.portfolio.actions+json"
ERROR = "application/vnd.portfolio.error+json"
READS = "application/vnd.portfolio.reads+json"
