"""Files in: reading, mapping, checking and writing what people keep in spreadsheets."""
