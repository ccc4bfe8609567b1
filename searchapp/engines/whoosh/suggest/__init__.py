"""Ways on from what is being typed: `completion`."""
