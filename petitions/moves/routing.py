"""A matter that is not ours goes where it belongs (信访工作条例第23条)."""

ROUTING = []
