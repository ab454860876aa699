"""What may become of plans, sessions, enrolments and pairs, as tables."""
