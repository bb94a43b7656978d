"""The customer-portfolio review: from an order file to semester reports.

An analyst's notebook starts with ``book = open_book(params_file, period, segment)`` and ``show = View(book)``; every
measure takes that book, and ``show(section)`` shows one. The rooms stand in the order the data goes through them:
``params, sources -> base -> topics -> review -> report``; ``show`` is what topics draw with.
"""

from importlib import import_module

__version__ = "0.1.0"
# The version of the definitions that figures follow: it rises when one of them changes.
DEFINITIONS = "1"
__all__ = ["View", "open_book", "open_books", "review", "topics"]

_WHERE = {
    "View": "portfolio.show.view",
    "open_book": "portfolio.review.opening",
    "open_books": "portfolio.review.opening",
}


def __getattr__(name: str):
    # The engine is imported when a book is opened, so that `portfolio --help` answers at once.
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    if name in __all__:
        return import_module(f"portfolio.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
