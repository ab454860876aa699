"""Sharing out exact totals: the parts always sum to the whole."""


def share(total, weights):
    """Whole numbers proportional to `weights` that sum to `total` (largest remainder; ties go to the first).

    >>> share(10, [1, 1, 1])
    [4, 3, 3]
    """
    if total and not sum(weights):
        raise ValueError("no weight to share by")
    whole = sum(weights) or 1
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def cut(items, pieces):
    """Cut a list into consecutive pieces whose lengths differ by at most one."""
    lengths = share(len(items), [1] * pieces) if pieces else []
    result, start = [], 0
    for length in lengths:
        result.append(items[start : start + length])
        start += length
    return result


def scaled(total, scale):
    """A total at a smaller scale, never nothing."""
    return max(1, round(total * scale))
