"""Parts of avatar.py: clips, and the binary glTF."""
