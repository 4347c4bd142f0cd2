"""Docstring."""
__version__ = "1.2.0"
__tags__ = ("a", "b",)
__inputs__ = {"file": {"type": "str", "required": True}, "n": "int"}
