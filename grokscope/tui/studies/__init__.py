"""Tables of studies, as they are looked at."""
