"""What `deploy/rehearse` does: several servers on one machine, a load, and the machines that die under it."""
