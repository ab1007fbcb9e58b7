"""Fields that a team defines for itself: what they are, where their values stand, how they are read."""
