"""Every SELECT that lists or looks up."""
