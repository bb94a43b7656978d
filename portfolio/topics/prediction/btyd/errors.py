"""What can be wrong with a table of purchase histories."""


class InvalidHistories(ValueError):
    """The table of histories cannot be used; every problem is told at once.

    Attributes
    ----------
    problems : list of str
        One sentence per problem, with the rows concerned.
    """

    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("the histories cannot be used: " + "; ".join(self.problems))


class NoRepeatPurchases(ValueError):
    """Nobody bought again: there is nothing to estimate a repeat-purchase model from."""
