"""A base beside the truth."""
