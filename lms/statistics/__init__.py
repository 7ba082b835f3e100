"""What first attempts tell about the items of a quiz: how hard they are, and whether they tell who knows."""
