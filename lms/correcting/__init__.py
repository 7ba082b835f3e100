"""Items that were wrong after they were asked: void, or by another key; what it does to people, shown and then done."""
