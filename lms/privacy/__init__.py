"""What is kept about people, why and how long; giving it to them, and erasing it."""
