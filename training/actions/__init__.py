"""The verbs of training and pairs, split by noun."""
