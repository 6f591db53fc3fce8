"""The words: texts, programmes and lexicons as data, and the two rule engines for words that pass through."""
