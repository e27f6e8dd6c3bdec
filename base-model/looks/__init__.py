"""What grows on, sits on and is drawn on a head."""
