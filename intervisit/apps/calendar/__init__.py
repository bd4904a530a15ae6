"""School days, blocked days and the year of visits."""
