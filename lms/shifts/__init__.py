"""Who is on shift where and when, how many ready people each queue needs, and where there are too few."""
