"""Commands that measure the server; they print, and change nothing."""
