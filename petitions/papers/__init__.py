"""What leaves the office on paper: the form, the letter of reply, the case folder, the ledger, and posters.

Start here: `facts.read_file` gathers one matter; `making.make_paper` checks who may print, writes the event and returns
the file; `rendering.render_pdf` turns a template into a PDF for whoever needs one; `qr` draws codes.
"""
