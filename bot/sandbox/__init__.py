"""A stand-in for the providers, with a page of phones: the demo and the other side of the journey tests."""
