"""The sets of messages that both engines are measured with, and the report of it."""
