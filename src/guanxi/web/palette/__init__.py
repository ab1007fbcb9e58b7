"""The command palette: records, pages, views and actions by a few letters, only what one may."""
