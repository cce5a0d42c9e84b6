"""`doctor`: what stands in the way of labs here. Facts are gathered apart from judging."""
