"""Errors as API and command line show them."""


class ApiError(Exception):
    """An error with an HTTP status. `exit_code` is what a command line tool ends with."""

    def __init__(self, status, text, errors=None, exit_code=255):
        super().__init__(text)
        self.status = status
        self.text = text.rstrip("\n")
        self.errors = errors
        self.exit_code = exit_code

    def cli_text(self):
        lines = [f"{self.status} {self.text}" if self.status in (400, 403, 501) else self.text]
        for name, reason in sorted((self.errors or {}).items()):
            lines.append(f"{name}: {reason.rstrip()}")
        return "\n".join(lines)


class PlainError(ApiError):
    """What an uncaught `die` is over HTTP: a 500 without an `errors` map."""

    def __init__(self, text, exit_code=255):
        super().__init__(500, text, exit_code=exit_code)


class ParameterError(ApiError):
    """Parameters refused: `ParameterError({"name": "reason"})`."""

    def __init__(self, errors, text="Parameter verification failed."):
        super().__init__(400, text, errors=errors)


def text_of(error):
    """The message of any exception, with the parameter reasons of a 400 appended as PVE does."""
    if isinstance(error, ApiError):
        return error.cli_text() if error.errors else error.text
    if isinstance(error, OSError) and error.strerror:
        where = f" '{error.filename}'" if error.filename else ""
        return f"unable to access file{where} - {error.strerror}"
    return str(error).rstrip("\n") or type(error).__name__


def exit_code_of(error):
    if isinstance(error, OSError) and error.errno:
        return error.errno
    return getattr(error, "exit_code", 255)
