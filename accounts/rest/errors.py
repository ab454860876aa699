"""What can go wrong at this door alone; the office's own errors are in `accounts.errors`."""

from accounts.errors import DomainError


class KeyReused(DomainError):
    """The Idempotency-Key was used before, for something else."""

    code = "idempotency-key-reused"
    http_status = 422


class BodyTooLarge(DomainError):
    code = "body-too-large"
    http_status = 413
