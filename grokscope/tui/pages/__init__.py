"""What pages do: keys and workers that several screens share, as classes they are made of."""
