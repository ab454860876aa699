"""Numbers of reception days that are no office's rule; part of the settings."""

# Tries at the code on the venue's screen within five minutes.
CHECK_IN_TRIES = 10
# A calendar program goes on being told for so long that a duty was given up.
FEED_PAST_DAYS = 60
# How often in an hour one calendar may be read: programs ask every quarter of an hour at most.
CALENDAR_READS_PER_HOUR = 60
# Public calendars, from one address: a village shares one.
PUBLIC_CALENDAR_READS_PER_HOUR = 1200
