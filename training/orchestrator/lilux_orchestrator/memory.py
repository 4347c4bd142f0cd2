"""What a training needs of memory, before it starts."""

from .bases import Base
from .refused import Refused

GB = 1e9
# What of a card's memory is there for us: the rest is the driver's, buffers and fragments.
USABLE = 0.9
# Bytes a trained parameter: bf16 weight 2, its gradient 2, and by the optimizer float32 copy and moments.
TRAINED_BYTES = {"adamw_torch": 16, "adamw_8bit": 6, "adafactor": 5}
# Bytes kept of each token and layer for the way back, in widths of the model: all, or only what is between layers.
KEPT_WIDTHS = {False: 34, True: 4}


def needs(base: Base, settings: dict) -> dict:
    """Gigabytes over all cards, by what they are for, and what one card is left with."""
    gpus = max(1, settings["gpus"])
    trained = lora_parameters(base, settings) if settings["adapter"] == "lora" else base.parameters
    frozen = base.parameters * 2 if settings["adapter"] == "lora" else 0
    per_parameter = TRAINED_BYTES[settings["optimizer"]]
    state = trained * per_parameter
    widths = KEPT_WIDTHS[settings["gradient_checkpointing"]]
    tokens = settings["micro_batch_size"] * settings["sequence_len"]
    activations = tokens * base.hidden * base.layers * widths
    copies = 1 if settings["fsdp"] else gpus
    total = (frozen + state) * copies + activations * gpus
    return {
        "trained parameters": trained,
        "bytes a trained parameter": per_parameter,
        "frozen weights": frozen / GB,
        "trained state": state / GB,
        "activations a card": activations / GB,
        "a card": total / gpus / GB,
        "all cards": total / GB,
    }


def lora_parameters(base: Base, settings: dict) -> float:
    return settings["lora_r"] * base.linear_widths * base.layers


def require_memory(base: Base, settings: dict) -> dict:
    """Throws with the arithmetic where it cannot fit. On a CPU nobody knows how much there is."""
    found = needs(base, settings)
    if settings["gpus"] == 0:
        return found
    there = settings["gpu_memory_gb"] * USABLE
    if found["a card"] <= there:
        return found
    gpus = settings["gpus"]
    raise Refused(
        f"{base.name} does not fit on {gpus} x {settings['gpu_memory_gb']:.0f} GB: "
        f"{found['trained parameters'] / 1e9:.1f} billion trained parameters x {found['bytes a trained parameter']} bytes "
        f"({settings['optimizer']}) = {found['trained state']:,.0f} GB, frozen weights {found['frozen weights']:,.0f} GB, "
        f"activations {found['activations a card']:,.1f} GB a card: {found['a card']:,.0f} GB a card of {there:,.0f} usable. "
        + advice(base, settings)
    )


def advice(base: Base, settings: dict) -> str:
    ways = []
    for change in (
        {"fsdp": True},
        {"gradient_checkpointing": True, "fsdp": True},
        {"optimizer": "adamw_8bit", "gradient_checkpointing": True, "fsdp": True},
        {"adapter": "lora", "gradient_checkpointing": True, "fsdp": True},
    ):
        changed = {**settings, **change}
        is_other = any(settings[name] != value for name, value in change.items())
        if is_other and needs(base, changed)["a card"] <= settings["gpu_memory_gb"] * USABLE:
            ways.append(", ".join(f"{name}: {value}" for name, value in change.items()))
    return "It fits with " + "; or with ".join(ways) + "." if ways else "More or larger cards are needed."
