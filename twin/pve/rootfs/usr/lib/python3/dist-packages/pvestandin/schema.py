"""Validation of parameters by the facts of the API, with the texts that PVE answers."""

import functools
import json
import os
import re

from . import formats, propertystring
from .errors import ApiError, ParameterError

DATA = os.environ.get("PVE_STANDIN_SHARE", "/usr/share/pve-standin")
MISSING = "property is missing and it is not optional"
UNKNOWN = "property is not defined in schema and the schema does not allow additional properties"
_TRUE, _FALSE = {"1", "on", "yes", "true"}, {"0", "off", "no", "false"}


@functools.lru_cache(maxsize=1)
def facts():
    """`{path: {verb: facts}}` for both majors."""
    merged = {}
    for name in ("api.json", "api-extra.json"):
        with open(os.path.join(DATA, name), encoding="utf-8") as source:
            for path, verbs in json.load(source).items():
                for verb, entry in verbs.items():
                    merged.setdefault(path, {}).setdefault(verb, {}).update(entry)
    return merged


def find(path, verb, major):
    """Facts of a method (template path), `None` when this major does not have it."""
    entry = facts().get(path, {}).get(verb)
    return entry if entry and major in entry.get("v", [8, 9]) else None


def parameters(entry, major):
    """Parameter schemas of a method for a major."""
    found = dict(entry.get("parameters") or {})
    found.update(entry.get("parametersAdded") or {})
    if major == 8:
        for name, spec in (entry.get("params8") or {}).items():
            if spec is None:
                found.pop(name, None)
            else:
                found[name] = spec
    return found


def validate(specs, raw):
    """Checked and converted values, or `ParameterError` with one reason for each parameter.

    Booleans become 0/1 integers, integers `int`, numbers `float`; the rest stays text.
    """
    values, errors = {}, {}
    for name, value in raw.items():
        spec = spec_of(specs, name)
        if spec is None:
            errors[name] = UNKNOWN
            continue
        if value is None:
            continue
        values[name], reason = check(spec, value)
        if reason:
            errors[name] = reason
        needed = spec.get("requires")
        if needed and raw.get(needed) is None:
            errors[needed] = f"missing property - '{name}' requires this property"
    for name, spec in specs.items():
        if not may_be_absent(spec, raw) and "[n]" not in name and raw.get(name) is None:
            errors.setdefault(name, MISSING)
    if errors:
        raise ParameterError(errors)
    return values


def may_be_absent(spec, raw):
    """A parameter that is another one for each type is optional where that type's own form is."""
    kind = raw.get(spec.get("type-property"))
    forms = [
        form for form in spec.get("oneOf", []) if kind in form.get("instance-types", [kind])
    ]
    return bool(spec.get("optional") or (forms and all(form.get("optional") for form in forms)))


def spec_of(specs, name):
    if name in specs:
        return specs[name]
    numbered = re.match(r"^(.*?)(\d+)$", name)
    return specs.get(f"{numbered.group(1)}[n]") if numbered and "[n]" not in name else None


def check(spec, value):
    """(converted value, reason or None) of one value."""
    kind = spec.get("type", "string")
    if kind == "array":
        return _check_array(spec, value)
    if isinstance(value, (dict, list)):
        return value, f"type check ('{kind}') failed - got {'HASH' if isinstance(value, dict) else 'ARRAY'}"
    if isinstance(value, bool):
        value = int(value)
    text = str(value)
    converted, reason = _convert(kind, text)
    return (converted, reason or _limits(spec, kind, converted, text))


def _check_array(spec, value):
    values = value if isinstance(value, list) else [value]
    checked = [check(spec.get("items") or {}, item) for item in values]
    return [item for item, _ in checked], next((reason for _, reason in checked if reason), None)


def _convert(kind, text):
    refused = f"type check ('{kind}') failed - got '{text}'"
    if kind == "boolean":
        word = text.lower()
        return (1, None) if word in _TRUE else (0, None) if word in _FALSE else (text, refused)
    if kind == "integer":
        return (int(text), None) if re.fullmatch(r"[+-]?\d+", text) else (text, refused)
    if kind == "number":
        ok = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text)
        return (float(text), None) if ok else (text, refused)
    return text, None


def _limits(spec, kind, value, text):
    options = spec.get("enum")
    if options and text not in [str(option) for option in options]:
        return f"value '{text}' does not have a value in the enumeration '{', '.join(map(str, options))}'"
    if kind in ("integer", "number"):
        if "minimum" in spec and value < float(spec["minimum"]):
            return f"value must have a minimum value of {spec['minimum']}"
        if "maximum" in spec and value > float(spec["maximum"]):
            return f"value must have a maximum value of {spec['maximum']}"
    if "maxLength" in spec and len(text) > spec["maxLength"]:
        return f"value may only be {spec['maxLength']} characters long"
    if "minLength" in spec and len(text) < spec["minLength"]:
        return f"value must be at least {spec['minLength']} characters long"
    if "pattern" in spec and not pattern(spec["pattern"]).fullmatch(text):
        return "value does not match the regex pattern"
    return _format(spec.get("format"), text)


def _format(name, text):
    if isinstance(name, dict):
        try:
            propertystring.parse(name, text, check)
        except ApiError as error:
            lines = "".join(f"{key}: {reason}\n" for key, reason in sorted(error.errors.items()))
            return f"invalid format - {error.text}\n{lines}"
        except ValueError as error:
            return f"invalid format - {error}"
        return None
    reason = formats.reason_against(name, text) if name else None
    return f"invalid format - {reason}\n" if reason else None


@functools.lru_cache(maxsize=512)
def pattern(text):
    """A Perl pattern of the facts as a Python one."""
    return re.compile(text.replace("(?^:", "(?:").replace("(?^i:", "(?i:").replace("\\z", "\\Z"))


def property_string(fmt, text):
    """Values of a property string, or `ApiError` naming the reasons."""
    return propertystring.parse(fmt, text, check)
