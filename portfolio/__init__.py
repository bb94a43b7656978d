"""The customer-portfolio review: from an order file to semester reports.

An analyst's notebook starts with ``book = open_book(params_file, period, segment)``; every
measure takes that book. The rooms stand in the order the data goes through them:
``base -> measures -> present -> report``.
"""

__version__ = "0.1.0"
__all__ = ["open_book", "open_books"]


def __getattr__(name: str):
    # The engine is imported when a book is opened, so that `portfolio --help` answers at once.
    if name in __all__:
        from portfolio.base import book

        return getattr(book, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
