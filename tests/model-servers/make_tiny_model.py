"""A model of two layers without trained weights, for a server that fills them with random numbers.

What it says means nothing. Its tokenizer is learnt from texts of this repository, so that prompts
have about as many tokens as with any other model. One token in forty ends an answer.
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

VOCABULARY = 4096
WINDOW = 8192
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
END = SPECIAL.index("<|im_end|>")
# Each begins with a line break, so that no form of an answer lets one through.
ENDS = [f"\n<|end {number}|>" for number in range(VOCABULARY // 40)]

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": VOCABULARY,
    "hidden_size": 128,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 64,
    "max_position_embeddings": WINDOW,
    "hidden_act": "silu",
    "rms_norm_eps": 1e-6,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "bos_token_id": 0,
    "eos_token_id": END,
}


def tokenizer_of(texts: list[str]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL + ENDS, initial_alphabet=alphabet
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=SPECIAL[END], pad_token=SPECIAL[0]
    )
    fast.chat_template = Path(__file__).with_name("chat-template.jinja").read_text("utf8")
    return fast


def main() -> None:
    folder, source = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    texts = [path.read_text("utf8") for path in sorted(source.glob("**/*.md"))]
    tokenizer_of(texts).save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2))
    ends = [END, *range(len(SPECIAL), len(SPECIAL) + len(ENDS))]
    generation = {"eos_token_id": ends, "temperature": 1.0}
    (folder / "generation_config.json").write_text(json.dumps(generation))


main()
