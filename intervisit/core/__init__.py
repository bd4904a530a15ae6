"""Plain Python: values in, values out. Parts: access, charts, designs, matching, scheduling, tables, text."""
