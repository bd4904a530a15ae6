"""What pages of posts read. Parts: `applying`, `committee`, `pool` (with terms and numbers)."""
