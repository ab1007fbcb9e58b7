"""The shell: navigation, layout, first page."""
