"""What follows when the grades of a cycle are final (R87, R88)."""


def follow_up(cycle, *, by, at):
    """Called within the transaction that makes the cycle final."""
