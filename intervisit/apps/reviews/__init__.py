"""What others think of an application: reviewers, their readings, school visits, and who may not review whom."""
