# Header line.
text = """
__version__ = "9.9.9"
"""
# __effect__ = "destructive"
print('__effect__ = "destructive"', f"{__name__!r:>10} __effect__ = 'destructive'")


def main(parser, version="1"):
    parser.add_argument("--version", version=__version__, default=text.__effect__)


print(__effect__ == "destructive")
