"""What is done in the reviewing. Parts: stages, seats (reviewers, reminders), assigning, reviewing (what a reviewer
does), conflicts, redacting, visits."""
