"""People, roles, teams, scopes, masks and change sets."""
