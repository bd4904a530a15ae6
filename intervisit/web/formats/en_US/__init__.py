"""How dates are written in American English."""
