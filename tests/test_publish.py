"""The site is built strictly, and only when something it is built from has changed."""

from pathlib import Path

import pytest

from generators.errors import UsageError
from generators.paths import Paths
from generators.publish import publish


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    paths.docs.mkdir(parents=True)
    paths.templates.mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: Tiny\ndocs_dir: build/docs\ntheme: mkdocs\n")
    (paths.docs / "index.md").write_text("# Home\n\n[there](other.md)\n")
    (paths.docs / "other.md").write_text("# Other\n")
    return paths


def test_nothing_changed_nothing_built(paths: Paths) -> None:
    assert publish(paths)
    page = paths.site / "other" / "index.html"
    before = page.stat().st_mtime_ns
    assert not publish(paths)
    assert page.stat().st_mtime_ns == before


@pytest.mark.parametrize("change", ["page", "template", "settings", "address", "site gone"])
def test_whatever_it_is_built_from_counts(paths: Paths, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(paths)
    match change:
        case "page":
            (paths.docs / "other.md").write_text("# Another\n")
        case "template":
            (paths.templates / "main.html").write_text("")
        case "settings":
            (paths.root / "mkdocs.yml").write_text("site_name: Small\ndocs_dir: build/docs\ntheme: mkdocs\n")
        case "address":
            monkeypatch.setenv("SITE_URL", "https://example.org/")
        case "site gone":
            (paths.site / "index.html").unlink()
    assert publish(paths)


def test_a_broken_link_is_refused_in_mkdocs_words_and_refused_again(paths: Paths) -> None:
    (paths.docs / "index.md").write_text("[nowhere](nowhere.md)\n")
    for _ in range(2):
        with pytest.raises(UsageError, match=r"index\.md' contains a link 'nowhere\.md'"):
            publish(paths)
