"""The one error that a person mends: settings, data or a machine that do not fit."""


class Refused(Exception):
    """Says what is wrong and what to do next; no traceback is shown for it."""
