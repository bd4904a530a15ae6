"""Money: substitutes, supplies and meals, school by school."""
