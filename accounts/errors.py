"""What can go wrong in the office's own terms. Every door renders these the same way.

`code` is a stable English slug for machines, `message` a Chinese sentence that tells the user what to do.
"""


class DomainError(Exception):
    code = "domain-error"
    http_status = 400

    def __init__(self, message, *, code=None, field=None):
        super().__init__(message)
        self.message = str(message)
        self.field = field
        if code:
            self.code = code


class Conflict(DomainError):
    """Somebody else was first, or the thing is no longer in the state the verb needs."""

    code = "conflict"
    http_status = 409


class NotAllowed(DomainError):
    """The user may see the thing but may not do this to it."""

    code = "not-allowed"
    http_status = 403


class InvalidInput(DomainError):
    """Fields are missing or wrong; `errors` maps field name to a list of sentences."""

    code = "invalid-input"

    def __init__(self, errors, *, code=None):
        if isinstance(errors, str):
            errors = {"__all__": [errors]}
        self.errors = {name: [str(m) for m in messages] for name, messages in errors.items()}
        first = next(iter(self.errors.values()))[0]
        super().__init__(first, code=code, field=next(iter(self.errors)))
