"""Phase-space maps: from uniform numbers to momenta, with their Jacobians."""
