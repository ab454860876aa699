"""The REST door's own furniture: who is calling, pages of a list, problem documents, replies remembered by key.

Each app's `api.py` says which nouns it has and hangs them on `router`; `weifang_liaison/api.py` opens the door.
"""
