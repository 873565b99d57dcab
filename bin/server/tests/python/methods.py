"""The official client's methods: which there are, which of them a story called, and how each was answered.

Importing this wraps every public method of every resource, so that each call, made by whatever client, is written down.
"""

import functools
import inspect
import pathlib
import threading

from oneclaw import create_client

NOBODY = "00000000-0000-4000-8000-000000000000"
OUTSIDE = pathlib.Path(__file__).with_name("out_of_scope.txt")

# The statuses that each method was answered with, by name: "vaults.list".
answered = {}
_calling = threading.local()


def _resources():
    """The resources of a client, by name; making it asks nobody."""
    made = vars(create_client(base_url="http://127.0.0.1:9", token="a.b.c"))
    found = {name: resource for name, resource in made.items() if type(resource).__module__.startswith("oneclaw.resources")}
    assert len(found) > 10, "the client keeps its resources elsewhere"
    return found


def _written_down(name, method):
    @functools.wraps(method)
    def call(*args, **kwargs):
        # A method may stand on another: what the story called counts.
        if getattr(_calling, "on", False):
            return method(*args, **kwargs)
        _calling.on = True
        try:
            answer = method(*args, **kwargs)
        finally:
            _calling.on = False
        answered.setdefault(name, set()).add(answer.meta.status)
        return answer

    return call


def _wrap():
    methods = {}
    for resource, instance in _resources().items():
        for name, method in inspect.getmembers(type(instance), inspect.isfunction):
            if not name.startswith("_"):
                methods[f"{resource}.{name}"] = method
                setattr(type(instance), name, _written_down(f"{resource}.{name}", method))
    return methods


METHODS = _wrap()


def outside():
    """The methods that this server does not serve, from the list beside this file; each line names what there is."""
    found = set()
    for line in OUTSIDE.read_text().splitlines():
        if line.startswith("#"):
            continue
        named = {name for name in METHODS if name == line or line.endswith(".*") and name.startswith(line[:-1])}
        assert named and not named & found, f"{line} names nothing, or something twice"
        found |= named
    return found


def _anything(parameter):
    """Something of the kind that a parameter asks for."""
    kind = str(parameter.annotation)
    for word, value in (("dict", {}), ("list", []), ("int", 1), ("float", 1.0), ("bool", True)):
        if word in kind:
            return value
    return NOBODY


def call_with_anything(client, name):
    """Calls a method with as little as it takes."""
    resource, method = name.split(".")
    call = getattr(getattr(client, resource), method)
    parameters = list(inspect.signature(METHODS[name]).parameters.values())[1:]
    needed = [p for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    given = [_anything(p) for p in needed if p.kind != p.KEYWORD_ONLY]
    named = {p.name: _anything(p) for p in needed if p.kind == p.KEYWORD_ONLY}
    return call(*given, **named)
