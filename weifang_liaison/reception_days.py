"""Numbers of reception days that are no office's rule; part of the settings."""

# Tries at the code on the venue's screen within five minutes.
CHECK_IN_TRIES = 10
# A calendar program goes on being told for so long that a duty was given up.
FEED_PAST_DAYS = 60
