"""Taking views away: as Python, text, pictures and tables."""
