"""The C kernels, and the program that compiles them."""
