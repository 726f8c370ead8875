"""What one cell says, by what it is about; text in, value out."""
