"""The desk of training and pairs, split by noun."""
