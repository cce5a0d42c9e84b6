"""What nodes run on, behind one Protocol."""
