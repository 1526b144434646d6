"""Migration: runs of an older major version written anew as today's."""
