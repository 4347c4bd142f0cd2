# Header line.
text = """
__version__ = "9.9.9"
"""
if True:
    __effect__ = "read"
__tags__ = [x for x in "ab"]
