"""The tokeniser the model ships with: MiniLM's lower-casing WordPiece, no padding or truncation."""

import json
from pathlib import Path

from tokenizers import Tokenizer

from .base_weights import base_model_folder


def load_tokenizer() -> Tokenizer:
    """A tokeniser that neither pads nor truncates; callers cut to their own limit."""
    tokenizer = Tokenizer.from_file(str(base_model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def write_tokenizer(folder: Path) -> None:
    """Write ``tokenizer.json`` and ``tokenizer_config.json`` in the Hugging Face format."""
    content = json.loads((base_model_folder() / "tokenizer.json").read_text())
    content["truncation"] = None
    content["padding"] = None
    (folder / "tokenizer.json").write_text(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )
    config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": True,
        "tokenize_chinese_chars": True,
        "strip_accents": None,
        "unk_token": "[UNK]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
        "model_max_length": 128,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def encode_ids(tokenizer: Tokenizer, text: str, max_tokens: int) -> list[int]:
    """Token ids with [CLS] and [SEP], at most ``max_tokens`` of them ([SEP] is kept)."""
    ids = tokenizer.encode(text).ids
    return ids if len(ids) <= max_tokens else [*ids[: max_tokens - 1], ids[-1]]
