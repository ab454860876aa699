"""States of plans, sessions and who is called to them, and of pairs."""
