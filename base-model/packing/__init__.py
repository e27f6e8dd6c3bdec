"""What pack.py makes of scans, skins, environments and strand hair."""
