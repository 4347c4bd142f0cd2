"""The closed label sets of the router, in the order of the model's logits.

The order is part of the contract with the TypeScript runtime and is repeated in
``models/router-encoder/manifest.json``; changing it here needs a new model version.
"""

PRIMITIVE = ("search", "load", "execute", "none")
ITEM_TYPE = ("directive", "script", "knowledge")
ACTION = ("run", "create", "update", "delete", "publish")
SEARCH_SOURCE = ("local", "registry", "all")
LOAD_SOURCE = ("project", "user", "registry")

# Head name in the training code -> label set. The ONNX output is "<head>_logits".
HEADS: dict[str, tuple[str, ...]] = {
    "primitive": PRIMITIVE,
    "item_type": ITEM_TYPE,
    "action": ACTION,
    "search_source": SEARCH_SOURCE,
    "load_source": LOAD_SOURCE,
}

# One-logit heads: probability = sigmoid(logit). The ONNX output is "<head>_logit".
BINARY_HEADS = ("reference",)

# Head name -> key under manifest.labels.
MANIFEST_KEYS = {
    "primitive": "primitive",
    "item_type": "itemType",
    "action": "action",
    "search_source": "searchSource",
    "load_source": "loadSource",
}

MAX_TEXT_TOKENS = 64
MAX_ITEM_TOKENS = 64
EMBEDDING_DIMENSIONS = 384
