"""What charts are drawn with: the kit, and shapes that several topics share."""
