"""What leaves the office on paper: the form, the letter of reply, the case folder, the ledger, and posters.

Start here: `facts.read_file` gathers one matter; `making.make_paper` checks who may print, writes the event and returns
the file, drawn by `records.papers`; `qr` draws codes.
"""
