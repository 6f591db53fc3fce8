"""The outbox: messages decided but not yet delivered, in order for each address.

A row is queued, then sending (claimed by a running process), then sent, later perhaps delivered; or failed. Of one
address only the first unfinished row can be claimed, so order holds whatever happens; an alert goes before the rest.
"""
