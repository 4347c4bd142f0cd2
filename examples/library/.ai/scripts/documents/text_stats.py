"""Count words, sentences and reading time of a text, rate its readability and list its longest sentences.

Readability is Flesch reading ease for English, with syllables estimated from vowels.
"""

import argparse
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "documents"
__tool_description__ = "Count words, sentences and reading time of a text, rate its readability and list its longest sentences."
__tags__ = ["text", "statistics", "readability", "words", "reading", "time"]
__examples__ = [
    "how many words is this",
    "reading time of my article",
    "count words and sentences",
    "how readable is the text",
    "longest sentences in the draft",
    "word count",
    "is this text hard to read",
    "length of the essay",
    "readability score",
    "statistics of the text",
    "how long does it take to read this",
    "count the words",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Text to measure.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a text or markdown file.",
    },
    {
        "name": "words_per_minute",
        "type": "integer",
        "required": False,
        "default": 230,
        "description": "Reading speed for the time estimate.",
    },
]

SAMPLE = "Plain words help. A reader who is in a hurry, tired or new will thank you for every short sentence you write."


def run(parameters):
    if parameters["words_per_minute"] < 1:
        fail("words_per_minute", "must be at least 1")
    content = text_of(parameters, SAMPLE)
    prose = re.sub(r"(?s)```.*?```|`[^`]*`", " ", content)
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", prose)
    if not words:
        fail("file" if parameters["file"] else "text", "has no words")
    sentences = [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n\s*\n", prose) if re.search(r"\w", s)]
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", w.lower())))) for w in words)
    ease = 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words)
    longest = sorted(sentences, key=lambda s: -len(s.split()))[:3]
    return {
        "words": len(words), "characters": len(content), "sentences": len(sentences),
        "paragraphs": len([p for p in re.split(r"\n\s*\n", content) if p.strip()]),
        "words_per_sentence": round(len(words) / len(sentences), 1),
        "reading_minutes": round(len(words) / parameters["words_per_minute"], 1),
        "reading_ease": round(ease, 1),
        "level": "easy" if ease >= 70 else "plain" if ease >= 50 else "difficult",
        "longest_sentences": [{"words": len(s.split()), "text": s[:200]} for s in longest],
    }


def text_of(parameters, sample):
    """Return the text to work on: the parameter, else the file, else the built-in sample."""
    if parameters.get("text"):
        return parameters["text"].replace("\\n", "\n")
    if parameters.get("file"):
        try:
            with open(parameters["file"], encoding="utf-8-sig", newline="") as handle:
                return handle.read()
        except (OSError, UnicodeDecodeError) as problem:
            fail("file", f"cannot read {parameters['file']}: {problem}")
    print("no input given: using the built-in sample", file=sys.stderr)
    return sample


def fail(field, message):
    """Report a bad parameter by name and stop with exit code 1."""
    error = {"code": "bad_parameter", "field": field, "message": message}
    print(json.dumps({"status": "error", "error": error}, ensure_ascii=False))
    raise SystemExit(1)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are JSON, like every other answer."""

    def error(self, message):
        named = re.search(r"--([a-z][a-z0-9-]*)", message)
        fail(named.group(1).replace("-", "_") if named else "arguments", message)


def read_parameters():
    """Read the flags that __inputs__ declares: snake_case names become --kebab-case."""
    parser = Parser(description=__tool_description__, allow_abbrev=False)
    kinds = {"string": str, "integer": int, "number": float, "array": str}
    for item in __inputs__:
        flag = "--" + item["name"].replace("_", "-")
        if item["type"] == "boolean":
            parser.add_argument(flag, action="store_true", help=item["description"])
        else:
            many = "append" if item["type"] == "array" else "store"
            parser.add_argument(
                flag,
                action=many,
                type=kinds[item["type"]],
                default=item["default"],
                required=item["required"],
                help=item["description"],
            )
    return vars(parser.parse_args())


if __name__ == "__main__":
    print(json.dumps({"status": "success", "data": run(read_parameters())}, ensure_ascii=False))
