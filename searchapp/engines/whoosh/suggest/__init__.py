"""Ways on from what was typed: `completion`, `did_you_mean`, `more_like_this`."""
