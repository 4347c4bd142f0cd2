"""Take a URL apart into host, path and query parameters, flag risky traits and return it without tracking parameters.

Works on the text of the address only; nothing is fetched or resolved.
"""

import argparse
import ipaddress
import json
import re
import urllib.parse

__version__ = "1.0.0"
__category__ = "security"
__tool_description__ = "Take a URL apart into host, path and query parameters, flag risky traits and return it without tracking parameters."
__tags__ = ["url", "parse", "query", "parameters", "link", "tracking"]
__examples__ = [
    "take this link apart",
    "what are the query parameters",
    "remove tracking from the url",
    "is this link suspicious",
    "host and path of this address",
    "clean this link of utm stuff",
    "break the url into parts",
    "strip tracking parameters",
    "analyse https://example.org/?a=1",
    "parse a url",
    "dissect this link",
    "safe version of the link",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "url",
        "type": "string",
        "required": False,
        "default": "https://Example.com:443/a/../b?utm_source=mail&q=lilux#top",
        "description": "Absolute URL to take apart.",
    },
]

TRACKING = re.compile(r"(utm_\w+|fbclid|gclid|dclid|msclkid|mc_eid|mc_cid|igshid|yclid)$", re.I)


def run(parameters):
    url = parameters["url"].strip()
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError as problem:
        fail("url", str(problem))
    if not parts.scheme or not parts.hostname:
        fail("url", "must be absolute, such as https://example.com/path")
    query = urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in query if not TRACKING.match(key)]
    default = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port and port != default:
        host += f":{port}"
    clean = (parts.scheme, host, parts.path or "/", urllib.parse.urlencode(kept), parts.fragment)
    return {
        "scheme": parts.scheme, "host": parts.hostname, "port": port or default, "path": parts.path,
        "query": [{"name": key, "value": value} for key, value in query], "fragment": parts.fragment,
        "clean": urllib.parse.urlunsplit(clean),
        "removed": [key for key, _ in query if TRACKING.match(key)], "warnings": warnings_of(parts),
    }


def warnings_of(parts):
    warnings = []
    if parts.scheme == "http":
        warnings.append("not encrypted: http")
    if parts.username:
        warnings.append("credentials before @ hide the real host")
    if parts.hostname.startswith("xn--") or ".xn--" in parts.hostname or not parts.hostname.isascii():
        warnings.append("international domain: compare letters that look alike")
    try:
        ipaddress.ip_address(parts.hostname)
        warnings.append("the host is a bare IP address")
    except ValueError:
        pass
    return warnings


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
