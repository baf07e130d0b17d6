"""The command `flask analyse`: photos, films and folders in, JSON lines or tables out.

A call's way: sources (which files) -> results (what is read already) -> jobs or cluster (who reads) -> reading (one
file) -> table and summary. It knows app/vision and nothing of the web.
"""
