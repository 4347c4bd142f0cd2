"""Trains a language model for the orchestrator's part of Lilux."""
