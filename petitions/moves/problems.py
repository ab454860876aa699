"""The same thing told by several: one handling, one reply, every source person told (R57)."""

PROBLEMS = []
