__version__ = "0.1.0"
__category__ = "notes"
__tool_description__ = "Count the words of a text."
__effect__ = "read"
__inputs__ = [
    {"name": "text", "type": "string", "required": True, "description": "What to work on."},
]

import argparse
import json


# #region count
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--text", required=True)
    given = parser.parse_args()
    print(json.dumps({"words": len(given.text.split())}))
# #endregion


if __name__ == "__main__":
    main()
