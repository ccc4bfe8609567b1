"""The inner loops over arrays: `dispatch` chooses NumPy or, where installed, `numba_kernels`."""
