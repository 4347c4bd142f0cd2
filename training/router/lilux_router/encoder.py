"""The router encoder: a MiniLM-shaped transformer with pooled heads and two embeddings.

One forward pass over the typed line answers everything the runtime needs; items are embedded by
the same weights, once per item. Shapes use B (batch), T (tokens), D = 384 (width).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .labels import BINARY_HEADS, EMBEDDING_DIMENSIONS, HEADS

VOCABULARY = 30522
POSITIONS = 128
LAYERS = 6
ATTENTION_HEADS = 12
FEED_FORWARD = 1536
HEAD_WIDTH = 128


class EncoderLayer(nn.Module):
    """One post-norm transformer layer, as in BERT."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(width, 3 * width)
        self.attention_output = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=1e-12)
        self.feed_forward_in = nn.Linear(width, FEED_FORWARD)
        self.feed_forward_out = nn.Linear(FEED_FORWARD, width)
        self.feed_forward_norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, mask_bias: Tensor) -> Tensor:
        """hidden [B,T,D], mask_bias [B,1,1,T] (0 keeps, large negative hides) -> [B,T,D]."""
        batch, tokens, width = hidden.shape
        query_key_value = self.query_key_value(hidden)
        split = query_key_value.view(batch, tokens, 3, ATTENTION_HEADS, width // ATTENTION_HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        scores = query @ key.transpose(-1, -2) * (width // ATTENTION_HEADS) ** -0.5
        attention = torch.softmax(scores + mask_bias, dim=-1)
        mixed = (attention @ value).transpose(1, 2).reshape(batch, tokens, width)
        hidden = self.attention_norm(hidden + self.dropout(self.attention_output(mixed)))
        inner = functional.gelu(self.feed_forward_in(hidden))
        return self.feed_forward_norm(hidden + self.dropout(self.feed_forward_out(inner)))


class PooledHead(nn.Module):
    """Attention pooling with one learned query, joined to the mean, then a small MLP."""

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.pool = nn.Linear(width, 1)
        self.inner = nn.Linear(2 * width, HEAD_WIDTH)
        self.output = nn.Linear(HEAD_WIDTH, outputs)

    def forward(self, hidden: Tensor, mean: Tensor, token_bias: Tensor) -> Tensor:
        """hidden [B,T,D], mean [B,D], token_bias [B,T] -> logits [B,outputs]."""
        weights = torch.softmax(self.pool(hidden).squeeze(-1) + token_bias, dim=-1)
        pooled = (weights.unsqueeze(1) @ hidden).squeeze(1)
        return self.output(functional.gelu(self.inner(torch.cat([pooled, mean], dim=-1))))


class RouterEncoder(nn.Module):
    """Encoder, embeddings and heads. ``forward`` returns the named outputs of the ONNX graph."""

    def __init__(self, dropout: float = 0.1, vocabulary: int = VOCABULARY) -> None:
        super().__init__()
        width = EMBEDDING_DIMENSIONS
        self.word_embedding = nn.Embedding(vocabulary, width)
        self.position_embedding = nn.Embedding(POSITIONS, width)
        self.embedding_norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(EncoderLayer(width, dropout) for _ in range(LAYERS))
        # Zero at the start: before training both embeddings are MiniLM's mean pooling.
        self.text_pool = nn.Linear(width, 1)
        self.item_pool = nn.Linear(width, 1)
        self.text_projection = nn.Linear(width, width)
        self.item_projection = nn.Linear(width, width)
        for module in (self.text_pool, self.item_pool, self.text_projection, self.item_projection):
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)
        self.heads = nn.ModuleDict({name: PooledHead(width, len(s)) for name, s in HEADS.items()})
        self.binary_heads = nn.ModuleDict({name: PooledHead(width, 1) for name in BINARY_HEADS})
        self.query_inner = nn.Linear(2 * width, HEAD_WIDTH)
        self.query_output = nn.Linear(HEAD_WIDTH, 1)

    def hidden_states(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """input_ids, attention_mask [B,T] -> [B,T,D]."""
        embedded = self.word_embedding(input_ids)
        embedded = embedded + self.position_embedding.weight[: input_ids.shape[1]]
        hidden = self.dropout(self.embedding_norm(embedded))
        mask_bias = (1.0 - attention_mask.to(hidden.dtype))[:, None, None, :] * -10_000.0
        for layer in self.layers:
            hidden = layer(hidden, mask_bias)
        return hidden

    def embed(self, hidden: Tensor, attention_mask: Tensor, side: str) -> Tensor:
        """L2-normalised embedding [B,D] of a typed line (side "text") or an item ("item")."""
        pool = self.text_pool if side == "text" else self.item_pool
        projection = self.text_projection if side == "text" else self.item_projection
        bias = (1.0 - attention_mask.to(hidden.dtype)) * -10_000.0
        weights = torch.softmax(pool(hidden).squeeze(-1) + bias, dim=-1)
        pooled = (weights.unsqueeze(1) @ hidden).squeeze(1)
        vector = pooled + projection(pooled)
        return vector / torch.sqrt((vector * vector).sum(-1, keepdim=True) + 1e-12)

    def classify(self, hidden: Tensor, attention_mask: Tensor) -> dict[str, Tensor]:
        """Logits of every head: "<head>_logits" [B,n], "<binary>_logit" [B], "query_logits" [B,T]."""
        keep = attention_mask.to(hidden.dtype)
        mean = (keep.unsqueeze(1) @ hidden).squeeze(1) / keep.sum(1, keepdim=True)
        token_bias = (1.0 - keep) * -10_000.0
        outputs = {f"{n}_logits": head(hidden, mean, token_bias) for n, head in self.heads.items()}
        for name, head in self.binary_heads.items():
            outputs[f"{name}_logit"] = head(hidden, mean, token_bias).squeeze(-1)
        whole = mean.unsqueeze(1).expand_as(hidden)
        inner = functional.gelu(self.query_inner(torch.cat([hidden, whole], dim=-1)))
        outputs["query_logits"] = self.query_output(inner).squeeze(-1)
        return outputs

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> dict[str, Tensor]:
        """input_ids, attention_mask int64 [B,T] -> every output of the exported graph by name."""
        hidden = self.hidden_states(input_ids, attention_mask)
        return {
            "text_embedding": self.embed(hidden, attention_mask, "text"),
            "item_embedding": self.embed(hidden, attention_mask, "item"),
            **self.classify(hidden, attention_mask),
        }
