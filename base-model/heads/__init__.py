"""What a head is: the pack in memory, the latent and what its entries mean, geometry, the portrait."""
