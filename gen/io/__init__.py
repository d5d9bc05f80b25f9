"""Files: ROOT trees, metadata, digests, safe writing."""
