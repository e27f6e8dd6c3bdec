"""What goes into the shipped files."""
