"""Training of the Lilux router encoder: data, model, losses, export and measurement."""
