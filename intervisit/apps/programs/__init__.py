"""A program under way: its design (a frozen copy), its year and its phases."""
