"""What a handler says when it won't do something that a coordinator asked for."""


class Refused(Exception):
    """One clear sentence for the person who asked, saying what to do next."""
