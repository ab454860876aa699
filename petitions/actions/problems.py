"""Merging what is the same thing."""

DEEDS = {}
