"""Changing hands: co-units, handing back and on, supervision."""

DEEDS = {}
