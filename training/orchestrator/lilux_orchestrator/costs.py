"""What a training on GPUs costs, by arithmetic."""

from .bases import Base

# Floating-point operations for each trained token and parameter: 2 forwards, 2 back to what lies before, 2 to the weights.
OPERATIONS = {"lora": 4, "none": 6}
H100_OPERATIONS = 989e12
# Of what a card could do, what trainings of this kind get.
SHARE = 0.4


def cost_of(base: Base, adapter: str, gpus: int, tokens: float, price_an_hour: float) -> dict[str, float]:
    operations = tokens * base.parameters * OPERATIONS[adapter]
    seconds = operations / (gpus * H100_OPERATIONS * SHARE)
    card_hours = gpus * seconds / 3_600
    return {"operations": operations, "minutes": seconds / 60, "card_hours": card_hours, "usd": card_hours * price_an_hour}
