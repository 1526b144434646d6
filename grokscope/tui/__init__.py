"""The explorer: a terminal app over a store; reads files, never torch."""
