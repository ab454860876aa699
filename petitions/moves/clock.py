"""The clock of a matter (R58): more time for a reason, and the time in which it stands."""

CLOCK = []
