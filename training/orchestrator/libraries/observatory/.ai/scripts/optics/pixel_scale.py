"""Work out arc seconds per pixel and the field of view."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "optics"
__tool_description__ = "Work out arc seconds per pixel and the field of view."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "focal_mm", "type": "number", "required": True, "description": "Focal length."},
    {"name": "pixel_um", "type": "number", "required": True, "description": "Pixel size in micrometres."},
    {"name": "pixels", "type": "integer", "required": False, "description": "Pixels across."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--focal-mm", type=float)
parser.add_argument("--pixel-um", type=float)
parser.add_argument("--pixels", type=int)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


if given.focal_mm <= 0 or given.pixel_um <= 0:
    refuse("Focal length and pixel size must be above zero.")
scale = 206.265 * given.pixel_um / given.focal_mm
answer({"arcsec_per_pixel": round(scale, 2), "field_arcmin": None if given.pixels is None else round(scale * given.pixels / 60, 1)})
