"""What people read: charts, tables, the terminal."""
