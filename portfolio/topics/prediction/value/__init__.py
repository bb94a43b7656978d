"""What the customers are worth together."""
