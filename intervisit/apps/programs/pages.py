"""Pages of this chapter."""
