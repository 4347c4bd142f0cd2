"""Generates libraries of items and the lines people type at them, reproducibly from a seed."""
