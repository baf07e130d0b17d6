"""The command `flask analyse`: photos, films and folders in, JSON lines or tables out.

The order of a call: sources (which files) -> results (which are read already) -> jobs or cluster (reading in processes)
-> reading (one file) -> table and summary. It imports app/vision and nothing of the web.
"""
