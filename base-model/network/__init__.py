"""The compact EG3D and what its layers run on."""
