"""Numbers of the public's door and of what follows it; part of the settings."""

BOX_PHOTOS = 3
BOX_PHOTO_MAX_BYTES = 12 * 2**20
# One phone is told to wait beyond this; nobody has so much to say in an hour.
BOX_DEVICE_PER_HOUR = 6
BOX_DEVICE_PER_DAY = 20
# A village's one Wi-Fi or a carrier's gateway holds hundreds of people: beyond this many an hour each is asked a small
# sum, and only far beyond that the address has to wait.
BOX_ADDRESS_FREE_PER_HOUR = 40
BOX_ADDRESS_MOST_PER_HOUR = 600
BOX_VENUE_FREE_PER_HOUR = 120
BOX_VENUE_MOST_PER_HOUR = 1500
# While the cache cannot be reached at all each process counts for itself, and lets in no more than this in an hour.
BOX_BLIND_PER_HOUR = 300
BOX_FORM_HOURS = 7 * 24
# Wrong tracking codes an address may try in ten minutes before it is told to wait; a right code works at any time.
TRACK_FREE_TRIES = 10
TRACK_PASS_MINUTES = 30
TRACK_ADDITIONS = 10
# How often a person may send her matter back herself, and how long after the archive she may still rate it.
PUBLIC_REOPENS = 1
PUBLIC_RATE_DAYS = 90
# Of the matters told in a week so many are drawn for a call-back, at least one in a county with five or more.
CALL_BACK_PERCENT = 5
CALL_BACK_LEAST_TOLD = 5
CALL_BACK_TRIES = 3
# R54 第一时间: what counts as answered and as told in good time, for the figures.
FIRST_ANSWER_HOURS = 24
TELLING_HOURS = 72
