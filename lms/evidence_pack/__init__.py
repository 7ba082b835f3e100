"""Evidence packs: what a person, a team or everybody proved, or what a version is, as a file to check anywhere."""
