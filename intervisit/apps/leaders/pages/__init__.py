"""Pages of posts. Parts: `mine` (one's own, and a principal's word), `writing`, `reading` (the office), `committee`
(its members and their forms), `desk` (the program), `pool` (offers), `terms` (with payroll)."""
