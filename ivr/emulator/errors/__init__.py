"""What goes wrong, with the codes the carrier gives it."""
