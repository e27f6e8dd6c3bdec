"""Cameras, light, the rasteriser and the ray-march."""
