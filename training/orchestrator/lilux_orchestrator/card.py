"""The model card: refused where something that a user must know is not known."""

from .refused import Refused

NEEDED = (
    "name", "base", "base_licence", "base_sha256", "licence", "data_rows", "data_sha256", "data_licences",
    "settings", "versions", "losses", "stop_rate", "figures", "limits",
)


def card_text(facts: dict) -> str:
    missing = [name for name in NEEDED if facts.get(name) in (None, "", [], {})]
    if missing:
        raise Refused(f"The card lacks {', '.join(missing)}. A model without them is not published.")
    bare = [name for name, figure in facts["figures"].items() if not {"share", "low", "high", "of"} <= set(figure)]
    if bare:
        raise Refused(f"The card's figures lack intervals: {', '.join(bare)}.")
    figures = "\n".join(
        f"| {name} | {of['share']:.1%} | {of['low']:.1%} to {of['high']:.1%} | {of['of']} |"
        for name, of in facts["figures"].items()
    )
    losses = ", ".join(f"{name} {value:.3f}" for name, value in facts["losses"].items())
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return f"""# {facts['name']}

| | |
|---|---|
| base | {facts['base']}, {facts['base_licence']}, sha256 `{facts['base_sha256']}` |
| licence | {facts['licence']} |
| trained on | {facts['data_rows']} answers, sha256 `{facts['data_sha256']}`, under {', '.join(facts['data_licences'])} |
| losses | {losses} |
| answers that stop by themselves | {facts['stop_rate']:.0%} |
| made with | {versions} |

## Figures

| part | share | 95 % interval | cases |
|---|---|---|---|
{figures}

## Limits

{facts['limits']}

## Settings

```json
{facts['settings']}
```
"""
