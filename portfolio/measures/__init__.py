"""The Book to small pandas tables of numbers. No drawing, no files, no words."""
