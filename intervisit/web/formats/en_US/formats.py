"""Dates with the weekday and the month in words: nobody misreads 3/4."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j F Y, g:i a"
SHORT_DATETIME_FORMAT = "j M Y, g:i a"
TIME_FORMAT = "g:i a"
MONTH_DAY_FORMAT = "j F"
FIRST_DAY_OF_WEEK = 1
