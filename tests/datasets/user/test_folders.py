"""A folder of class folders: what is a picture, what is beside one, what is refused."""

import os
import time

import numpy as np
import pytest
import torch

from generators.datasets import user
from generators.datasets.examples import batches
from generators.datasets.user import folders
from generators.errors import UsageError
from generators.fingerprint.memo import Memo
from generators.progress import listening


def load(path, labels=(), shape=(1, 4, 4)):
    return user.load(path, "image-classifier", shape, [0.0], [1.0], labels)


def levels(split) -> list[int]:
    return split.raw.reshape(len(split), -1)[:, 0].tolist()


def test_classes_are_the_folders_in_order(disk):
    path = disk.pictures(dog=3, cat=2)
    data = load(path)
    assert user.kind_of(path) == "folder"
    assert data.name == "set" and data.labels == ("cat", "dog") and len(data.train) == 0
    assert data.test.y.tolist() == [0, 0, 1, 1, 1] and levels(data.test) == [0, 1, 0, 1, 2]
    assert len(data.examples) == 5 and data.examples.skipped == [] and data.chance == 0.6
    assert [file.name for file in user.files(path)] == ["000.png", "001.png", "000.png", "001.png", "002.png"]


def test_labels_are_matched_by_name_and_may_be_more(disk):
    data = load(disk.pictures(dog=3, cat=2), ("dog", "eel", "cat"))
    assert data.labels == ("dog", "eel", "cat") and data.test.y.tolist() == [2, 2, 0, 0, 0]


def test_labels_that_are_other_words_are_taken_in_order_where_they_are_as_many(disk):
    data = load(disk.pictures(n02=1, n01=2), ("cat", "dog"))
    assert data.labels == ("cat", "dog") and data.test.y.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (("cat", "dgo"), "has a class 'dog' that is no label: did you mean 'dgo'"),
        (
            ("a", "b", "c"),
            r"has 2 classes \('cat', 'dog'\) and the network 3 labels \('a', 'b', 'c'\): expected the same",
        ),
        (("cat", "cat"), "cannot be matched with labels of which 'cat' is named twice"),
    ],
)
def test_labels_that_cannot_be_meant_are_refused(disk, labels, sentence):
    with pytest.raises(UsageError, match=sentence):
        load(disk.pictures(cat=1, dog=1), labels)


def test_an_empty_class_is_named(disk):
    disk.pictures(cat=2, dog=1)
    (disk / "set" / "eel").mkdir()
    disk.write("set/fox/notes.txt", "to do")
    with pytest.raises(UsageError, match="has no pictures in the class folder 'eel', 'fox': a class without pictures"):
        load(disk / "set")


def test_the_test_split_is_preferred_and_named(disk):
    disk.pictures("set/train", cat=3, dog=3)
    disk.pictures("set/val", cat=2, dog=2)
    data = load(disk / "set")
    assert data.name == "set/val" and len(data.test) == 4
    disk.pictures("set/test", cat=1, dog=1)
    data = load(disk / "set")
    assert data.name == "set/test" and len(data.test) == 2 and data.labels == ("cat", "dog")
    assert {file.parts[-3] for file in user.files(disk / "set")} == {"test"}


def test_classes_that_are_only_called_like_splits_are_classes(disk):
    assert load(disk.pictures(train=2, plane=1)).labels == ("plane", "train")


def test_what_lies_beside_pictures_is_left_out_and_other_files_are_counted(disk):
    path = disk.pictures(cat=150, dog=150)
    for name in (".hidden.png", ".DS_Store", "list.txt", "about.JSON", "deeper/notes.md"):
        disk.write(f"set/cat/{name}", b"no picture")
    disk.write("set/README.md", "")
    disk.write("set/LICENSE", "")
    disk.write("set/cat/deeper/one.png", (path / "cat" / "000.png").read_bytes())
    disk.write("set/cat/without_suffix", (path / "cat" / "000.png").read_bytes())
    disk.write("set/dog/empty.png", b"")
    disk.write("set/dog/paper.docx", b"PK no")
    data = load(path)
    assert len(data.examples) == 304 and len(data.test) == 302
    assert data.examples.skipped == [("dog/empty.png", "is empty"), ("dog/paper.docx", "is no picture")]
    assert sum(len(batch.index) for batch in batches(data.examples)) == 302
    assert len(data.examples.skipped) == 2
    disk.write("set/stray.png", (path / "cat" / "000.png").read_bytes())
    assert ("stray.png", "lies in no class folder") in load(path).examples.skipped
    disk.write("set/dog/second.docx", b"PK no")
    with pytest.raises(UsageError, match=r"has 4 of 306 examples that cannot be read, and more than 1% is too many"):
        load(path)


def test_links_out_of_the_folder_are_never_followed(disk):
    path = disk.pictures(cat=200, dog=200)
    secret = disk.write("outside/secret.png", (path / "cat" / "007.png").read_bytes())
    (path / "cat" / "a.png").symlink_to(secret)
    (path / "cat" / "b.png").symlink_to("../../outside/secret.png")
    (path / "cat" / "inside.png").symlink_to("../dog/005.png")
    (path / "dog" / "more").symlink_to(disk / "outside")
    data = load(path)
    out, no_file = "is a link out of the folder", "is a link out of the folder"
    assert data.examples.skipped == [("cat/a.png", out), ("cat/b.png", out), ("dog/more", no_file)]
    assert len(data.test) == 401
    assert not any("outside" in os.path.realpath(file) for file in user.files(path))


def test_links_in_circles_and_to_nothing_and_pipes_are_counted(disk):
    path = disk.pictures(cat=400)
    (path / "cat" / "self.png").symlink_to("self.png")
    (path / "cat" / "round").symlink_to(".")
    (path / "cat" / "gone.png").symlink_to("nothing.png")
    os.mkfifo(path / "cat" / "pipe.png")
    reasons = {"self.png": "is a link to no file", "round": "is a link to no file", "gone.png": "is a link to no file"}
    assert load(path).examples.skipped == sorted(
        [("cat/" + name, reason) for name, reason in {**reasons, "pipe.png": "is no file"}.items()]
    )


def test_a_link_in_circles_is_seen_wherever_it_lies(disk):
    path = disk.pictures(cat=10)
    (path / "cat" / "self.png").symlink_to("self.png")  # among the few that are glanced at
    (path / "round").symlink_to("round")
    assert user.kind_of(path) == "folder"
    assert folders.listing(path).skipped == [("cat/self.png", "is a link to no file")]


def test_a_class_folder_that_is_a_link_is_refused(disk):
    path = disk.pictures(cat=1)
    disk.pictures("other", dog=1)
    (path / "dog").symlink_to(disk / "other" / "dog")
    with pytest.raises(UsageError, match="has a link 'dog' to a folder"):
        load(path)


def test_a_file_that_vanishes_or_becomes_a_pipe_after_listing_is_counted(disk):
    path = disk.pictures(cat=300)
    examples = load(path).examples
    (path / "cat" / "000.png").unlink()
    (path / "cat" / "001.png").unlink()
    os.mkfifo(path / "cat" / "001.png")
    assert examples.read(np.arange(3))[1].tolist() == [-1, -1, 0]
    assert examples.skipped == [
        ("cat/000.png", "cannot be opened: No such file or directory"),
        ("cat/001.png", "is no file"),
    ]


def test_names_are_text_whatever_is_in_them(disk):
    content = (disk.pictures(cat=1) / "cat" / "000.png").read_bytes()
    for name in ("new\nline.png", "ünï👁.png", "<b>&.png", "-rf.png", os.fsdecode(b"\xff\xfe.png")):
        (disk / "set" / "cat" / name).write_bytes(content)
    (disk / "set" / "cat" / os.fsdecode(b"bad\xff\n.png")).write_bytes(b"no")
    with pytest.raises(UsageError, match=r"'cat/bad\\udcff\\n.png': is no picture$") as refused:
        load(disk / "set")
    str(refused.value).encode()
    (disk / "set" / "cat" / os.fsdecode(b"bad\xff\n.png")).unlink()
    assert len(load(disk / "set").test) == 6


def test_classes_are_text_whatever_bytes_they_are(disk):
    (disk.pictures(cat=1) / "cat").rename(disk / "set" / os.fsdecode(b"c\xff"))
    memo = Memo(disk / "memo.sqlite")
    os.utime(disk / "set")
    data = load(disk / "set")
    assert data.labels == (r"c\xff",)
    time.sleep(0.06)  # until the memo trusts the file's times
    assert user.fingerprint(disk / "set", memo) == user.fingerprint(disk / "set", memo)


@pytest.mark.parametrize("held", [10_000, 100])
def test_one_in_a_hundred_may_be_unreadable_of_those_that_are_held_as_of_all(disk, monkeypatch, held):
    monkeypatch.setattr("generators.datasets.user.sampling.TEST_AT_MOST", held)
    disk.pictures(cat=99)
    disk.write("set/cat/bad.png", b"no")
    assert len(load(disk / "set").test) == 99
    disk.pictures(cat=999)
    assert len(load(disk / "set").examples) == 1000
    for i in range(0, 999, 20):
        disk.write(f"set/cat/{i:03}.png", b"no")
    with pytest.raises(UsageError, match="of 1,000 examples" if held > 1000 else "of 100 examples that cannot be read"):
        load(disk / "set")


def test_a_class_none_of_whose_pictures_can_be_read_is_named(disk):
    disk.pictures(cat=400)
    disk.write("set/dog/a.png", b"no")
    with pytest.raises(UsageError, match="has no readable example of 'dog'"):
        load(disk / "set")


def test_a_folder_without_folders(disk):
    disk.write("flat/a.png", b"")
    with pytest.raises(UsageError, match="is a folder without data: expected a folder of pictures for each class"):
        load(disk / "flat")
    with pytest.raises(UsageError, match="has no folders in it"):
        folders.listing(disk / "flat")


def test_opening_says_how_far_it_has_come(disk):
    said = []
    with listening(lambda *told: said.append(told)):
        load(disk.pictures(cat=300))
    assert said == [(256, 300, "examples read"), (300, 300, "examples read")]


def test_the_held_part_is_even_over_the_classes_and_examples_are_everything(disk, monkeypatch):
    monkeypatch.setattr("generators.datasets.user.sampling.TEST_AT_MOST", 30)
    data = load(disk.pictures(cat=60, dog=20, eel=5))
    assert data.test.y.bincount().tolist() in ([13, 12, 5], [12, 13, 5])
    assert len(data.examples) == 85
    everything = torch.cat([batch.y for batch in batches(data.examples)])
    assert everything.bincount().tolist() == [60, 20, 5]
