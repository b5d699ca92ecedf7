"""What the product knows of each wire format. Imports nothing else of ours."""
