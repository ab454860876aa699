"""More time, and standing clocks."""

DEEDS = {}
