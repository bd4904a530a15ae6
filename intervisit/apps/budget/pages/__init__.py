"""Pages of money. Parts: `program` (all schools), `school` (one budget), `export`."""
