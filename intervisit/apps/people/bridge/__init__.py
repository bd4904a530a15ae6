"""From files to schools. Parts: school_file (a table into school rows), comparison (rows against what stands)."""
