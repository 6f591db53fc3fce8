"""What is kept: tables, encryption, keys, audit, queries, and the one way to run a transaction."""
