"""What a page is made of: view, words, numbers, charts, tables, style. Knows no topic, computes nothing."""
