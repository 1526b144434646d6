"""Drawing maths: curves, axes, ticks and labels as cells of characters; knows no terminal."""
