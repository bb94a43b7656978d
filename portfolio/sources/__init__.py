"""Files and databases to raw, typed tables: one reader a kind.

raw         the source of a table -> its rows as they stand (csv_files, excel, databases; Parquet where it stands)
typed       raw rows -> our columns, typed (headers, formats, parsing)
ledger      what was read, kept and set aside, and why: plain data
"""
