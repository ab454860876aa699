"""Routing out to where a matter belongs."""

DEEDS = {}
