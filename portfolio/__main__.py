"""``python -m portfolio``: the command, where scripts are not on the path."""

from portfolio.cli import main

if __name__ == "__main__":
    main()
