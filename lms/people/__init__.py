"""Who is here: the file of people, dated facts about them, and the screens for both."""
