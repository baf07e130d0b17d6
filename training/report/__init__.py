"""Reports for people: charts, tables and terminal output."""
