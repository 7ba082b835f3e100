"""The weekly mail to leads: what is other than a week ago, and what comes, when there is anything to say."""
