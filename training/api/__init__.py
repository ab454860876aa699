"""Training and pairs at the REST door, split by noun."""
