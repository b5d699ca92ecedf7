"""Files inside requests: what they are, and what becomes of them."""
