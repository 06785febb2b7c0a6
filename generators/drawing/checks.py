"""What an SVG in the page's own HTML may hold: shapes and text in the palette's colours, pictures, no more."""

import re
from xml.etree import ElementTree

_COLOURED = {"fill", "stroke", "color", "stop-color", "flood-color", "lighting-color"}
_COLOUR = re.compile(r"var\(--nf-[a-z0-9]+\)|none|currentColor|inherit|transparent|url\(#[\w-]+\)")
_FETCHING = re.compile(r"(?i)url\(\s*(?!#)|@import|image-set\(")
_EMBEDDED = re.compile(r"data:image/(?:png|webp);base64,[A-Za-z0-9+/]+={0,2}")
"""A picture that travels in the drawing's own text: nothing is fetched, and nothing in it can act."""
_ALLOWED = {
    *("svg", "g", "defs", "symbol", "use", "title", "desc", "text", "tspan", "textPath", "marker", "clipPath", "mask"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("pattern", "linearGradient", "radialGradient", "stop"),
}


def check(name: str, picture: str) -> None:
    """Refuse a picture that could run, fetch, or keep its own colours."""
    if "<!" in picture or "<?" in picture:
        raise ValueError(f"{name} holds a declaration or a comment, which a page's own SVG must not")
    for node in ElementTree.fromstring(picture).iter():
        tag = node.tag.rpartition("}")[2]
        is_embedded = tag == "image" and _EMBEDDED.fullmatch(node.get("href", ""))
        if tag not in _ALLOWED and not is_embedded:
            raise ValueError(f"{name} has a <{tag}>; a diagram is drawn with shapes, text and embedded pictures only")
        for attribute, value in node.attrib.items():
            if not (is_embedded and attribute == "href"):
                _check_attribute(name, tag, attribute.rpartition("}")[2], value)


def _check_attribute(name: str, tag: str, attribute: str, value: str) -> None:
    where = f"{name}: <{tag} {attribute}={value!r}>"
    if attribute.lower().startswith("on"):
        raise ValueError(f"{where} is a script; a diagram comes to life in its own module")
    if attribute.lower() in ("href", "src") and not value.startswith("#"):
        raise ValueError(f"{where} leads out of the picture")
    if _FETCHING.search(value):
        raise ValueError(f"{where} fetches something")
    declared = [(attribute, value)] if attribute in _COLOURED else []
    if attribute == "style":
        declared = [tuple(map(str.strip, rule.split(":", 1))) for rule in value.split(";") if ":" in rule]  # type: ignore[misc]
    for property_name, colour in declared:
        if property_name in _COLOURED and not _COLOUR.fullmatch(colour):
            raise ValueError(f"{where} sets a colour of its own; use var(--nf-…) of generators.style")


def suffix_ids(picture: str, suffix: str) -> str:
    """Rename the picture's ids, so that two of them can stand in one page."""
    for name in re.findall(r'\bid="([^"]+)"', picture):
        here = re.escape(name)
        picture = re.sub(
            rf'(\bid="|url\(#|href="#|aria-(?:labelledby|describedby)="){here}(?=["\)])',
            rf"\g<1>{name}{suffix}",
            picture,
        )
    return picture
