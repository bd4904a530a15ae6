"""What can be done. Parts: `budgets` (allowances, prices), `cover` (substitutes), `lines`."""
