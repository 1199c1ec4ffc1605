"""Property strings: `migration=secure,network=10.0.0.0/24`, described by a dictionary of keys."""

from .errors import ApiError


def parse(fmt, text, check):
    """Values of a property string. `check(schema, value, path)` returns (value, reason)."""
    default_key = next((key for key, spec in fmt.items() if spec.get("default_key")), None)
    values = {}
    for part in [p for p in text.split(",") if p.strip()]:
        key, equals, value = part.strip().partition("=")
        if not equals:
            if default_key is None:
                raise ValueError("value without key, but schema does not define a default key\n")
            if default_key in values:
                raise ValueError("duplicate key in comma-separated list property: " + default_key + "\n")
            key, value = default_key, part.strip()
        spec = fmt.get(key, {})
        key = spec.get("alias", key)
        if key in values:
            raise ValueError(f"duplicate key in comma-separated list property: {key}\n")
        values[key] = value
    errors = {}
    for key, value in list(values.items()):
        if key not in fmt:
            errors[key] = (
                "property is not defined in schema and the schema does not allow additional properties"
            )
            continue
        values[key], reason = check(fmt[key], value)
        if reason:
            errors[key] = reason
    for key, spec in fmt.items():
        if key not in values and not _optional(spec):
            errors[key] = "property is missing and it is not optional"
    if errors:
        raise ApiError(400, "format error", errors=errors)
    return values


def render(fmt, values):
    """The text of property values: default key first and bare, the others sorted."""
    default_key = next((key for key, spec in fmt.items() if spec.get("default_key")), None)
    parts = [str(values[default_key])] if default_key in values else []
    return ",".join(parts + [f"{key}={values[key]}" for key in sorted(values) if key != default_key])


def _optional(spec):
    return bool(spec.get("optional")) or "default" in spec and not spec.get("default_key") or "alias" in spec
