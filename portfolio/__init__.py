"""The customer-portfolio review: from an order file to semester reports.

An analyst's notebook starts with ``book = open_book(params_file, period, segment)``; every
measure takes that book. The rooms stand in the order the data goes through them:
``base -> measures -> present -> report``.
"""

__version__ = "0.1.0"
