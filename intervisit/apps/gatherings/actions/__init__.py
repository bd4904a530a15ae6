"""What can be done. Parts: `notes`, `attendance`, `sheets` (sign-in sheets), `reminders`."""
