"""The forms a statement is given back in (xAPI 1.0.3 Communication §2.1.3): `exact` is the kept text; here are `ids` and `canonical`."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]
CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")
COMPONENTS = ("choices", "scale", "source", "target", "steps")
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


def languages(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wanted first (RFC 9110 §12.5.4), in lower case; one that cannot be read is left out."""
    wanted = []
    for place, part in enumerate(header.split(",")):
        name, _semicolon, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        if name.strip() and weight > 0:
            wanted.append((-weight, place, name.strip().lower()))
    return [name for _weight, _place, name in sorted(wanted)]


def one_language(words: Mapping[str, Any], wanted: list[str]) -> dict[str, Any]:
    """The entry of a language map that fits best; its first where none does."""
    known = {tag.lower(): tag for tag in words}
    for name in wanted:
        if name == "*":
            break
        exact = known.get(name) or next((tag for low, tag in known.items() if low.startswith(f"{name}-")), None)
        wider = exact or known.get(name.partition("-")[0])
        if wider:
            return {wider: words[wider]}
    return {tag: words[tag] for tag in list(words)[:1]}


def activities_in(statement: Json) -> Iterator[Json]:
    """Every Activity a statement holds, those of its SubStatement included."""
    thing = statement.get("object", {})
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        yield thing
    elif kind == "SubStatement":
        yield from activities_in(thing)
    groups = statement.get("context", {}).get("contextActivities", {})
    for name in CONTEXT_ACTIVITIES:
        held = groups.get(name, [])
        yield from held if isinstance(held, list) else [held]


def canonical(statement: Json, definitions: Mapping[str, Json], wanted: list[str]) -> Json:
    """The statement with what the store knows of its activities, or else what it says itself, each language map in one language.

    Changes what it is given.
    """
    for activity in activities_in(statement):
        known = definitions.get(activity["id"]) or activity.get("definition")
        if known:
            activity["definition"] = _in_one_language(known, wanted)
    for part in (statement, statement.get("object", {})):
        verb = part.get("verb")
        if verb and verb.get("display"):
            verb["display"] = one_language(verb["display"], wanted)
    return statement


def _in_one_language(definition: Json, wanted: list[str]) -> Json:
    told = dict(definition)
    for name in ("name", "description"):
        if name in told:
            told[name] = one_language(told[name], wanted)
    for name in COMPONENTS:
        if name in told:
            told[name] = [
                {**part, "description": one_language(part["description"], wanted)} if "description" in part else part for part in told[name]
            ]
    return told


def ids(statement: Json) -> Json:
    """The statement with no more than what identifies its agents, its verb and its activities. Changes what it is given."""
    _bare(statement)
    if "authority" in statement:
        statement["authority"] = _actor(statement["authority"])
    return statement


def _bare(part: Json) -> None:
    part["actor"] = _actor(part["actor"])
    part["verb"] = {"id": part["verb"]["id"]}
    part["object"] = _thing(part["object"])
    context = part.get("context", {})
    for name in ("instructor", "team"):
        if name in context:
            context[name] = _actor(context[name])
    for name, held in context.get("contextActivities", {}).items():
        context["contextActivities"][name] = [_activity(one) for one in (held if isinstance(held, list) else [held])]
    for name, key in (("contextAgents", "agent"), ("contextGroups", "group")):
        for held in context.get(name, []):
            held[key] = _actor(held[key])


def _thing(thing: Json) -> Json:
    kind = thing.get("objectType", "Activity")
    if kind == "SubStatement":
        _bare(thing)
        return thing
    if kind in ("Agent", "Group"):
        return _actor(thing)
    return _activity(thing) if kind == "Activity" else thing


def _activity(activity: Json) -> Json:
    return {"id": activity["id"]}


def _actor(actor: Json) -> Json:
    """An identified agent or group by its identifier; an anonymous group by its members' (§2.1.3)."""
    kept = {key: actor[key] for key in ("objectType", *IDENTIFIERS) if key in actor}
    if not any(key in actor for key in IDENTIFIERS):
        kept["member"] = [_actor(member) for member in actor.get("member", [])]
    return kept
