"""Pictures of any sort become levels from 0 to 1 at the network's size, or say why they cannot."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from generators.datasets.user import pictures
from generators.datasets.user.pictures import Pictures, Unreadable, decode
from generators.errors import UsageError

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")  # its remarks on damaged files

RANDOM = np.random.default_rng(0)
COLOUR = RANDOM.integers(0, 256, (5, 7, 3), dtype="uint8")
GREY = RANDOM.integers(0, 256, (5, 7), dtype="uint8")


def encode(image, form="PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def png(array, **options) -> bytes:
    return encode(Image.fromarray(array), **options)


def same(found, expected, tolerance=1e-6):
    np.testing.assert_allclose(found, expected, atol=tolerance)


# channels and depth


def test_colour_for_a_network_of_colour_and_grey_for_one_of_grey():
    same(decode(png(COLOUR), 3, 5, 7), COLOUR.transpose(2, 0, 1) / 255)
    same(decode(png(GREY), 1, 5, 7), GREY[None] / 255)


def test_grey_is_repeated_for_a_network_of_colour():
    same(decode(png(GREY), 3, 5, 7), np.stack([GREY] * 3) / 255)


@pytest.mark.parametrize("form", ["RGB", "P", "RGBA", "CMYK"])
def test_colour_becomes_luma_for_a_network_of_grey(form):
    luma = COLOUR @ [0.299, 0.587, 0.114] / 255
    image = Image.fromarray(COLOUR).convert(form) if form != "P" else Image.fromarray(COLOUR).quantize(256)
    found = decode(encode(image, "TIFF" if form == "CMYK" else "PNG"), 1, 5, 7)
    same(found, luma[None], 0.5 / 255 + 0.004)


def test_what_is_transparent_lies_on_white():
    alpha = np.linspace(0, 255, 35).reshape(5, 7).astype("uint8")
    share = alpha[..., None] / 255
    same(decode(png(np.dstack([COLOUR, alpha])), 3, 5, 7).transpose(1, 2, 0), share * COLOUR / 255 + 1 - share, 1 / 255)
    found = decode(png(np.dstack([GREY, alpha])), 1, 5, 7)[0]
    same(found, share[..., 0] * GREY / 255 + 1 - share[..., 0], 1 / 255)


def test_a_palette_and_its_transparent_entry():
    image = Image.fromarray(np.array([[0, 1], [2, 1]], "uint8"), "P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    red, green, blue, white = [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]
    same(decode(encode(image), 3, 2, 2).transpose(1, 2, 0), [[red, green], [blue, green]])
    same(decode(encode(image, transparency=1), 3, 2, 2).transpose(1, 2, 0), [[red, white], [blue, white]])


def test_a_colour_that_stands_for_transparent():
    array = np.full((2, 2, 3), 10, "uint8")
    array[0, 0] = 200, 100, 50
    found = decode(png(array, transparency=(10, 10, 10)), 3, 2, 2).transpose(1, 2, 0)
    same(found, [[[200 / 255, 100 / 255, 50 / 255], [1, 1, 1]], [[1, 1, 1], [1, 1, 1]]])


@pytest.mark.parametrize("form", ["PNG", "TIFF", "PPM"])
@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_are_scaled_not_clipped(form, channels):
    deep = np.array([[0, 255, 256], [32768, 65534, 65535]], "uint16")
    same(decode(encode(Image.fromarray(deep), form), channels, 2, 3), np.stack([deep / 65535] * channels))


def test_sixteen_bits_of_colour():
    deep = RANDOM.integers(0, 65536, (4, 4, 3), dtype="uint16")
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in deep)

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    same(decode(content, 3, 4, 4), deep.transpose(2, 0, 1) / 65535, 1 / 255)


def test_floating_point_levels_from_0_to_1_and_no_others():
    levels = RANDOM.random((5, 7), dtype="float32")
    same(decode(encode(Image.fromarray(levels), "TIFF"), 3, 5, 7), np.stack([levels] * 3))
    for bad in (levels * 300, levels - 1, levels * np.nan):
        with pytest.raises(Unreadable, match=r"has levels from .* expected 0 to 1"):
            decode(encode(Image.fromarray(bad), "TIFF"), 1, 5, 7)


def test_black_and_white():
    same(decode(encode(Image.fromarray(GREY > 128)), 1, 5, 7), (GREY > 128)[None].astype(float))


def test_the_camera_s_rotation_is_applied():
    exif = Image.Exif()
    exif[pictures.ORIENTATION] = 6  # to be turned clockwise by 90°
    found = decode(png(GREY, exif=exif), 1, 7, 5)
    same(found, np.rot90(GREY, -1)[None] / 255)


def test_broken_notes_of_a_camera_leave_the_picture_as_it_is():
    same(decode(png(GREY, exif=b"Exif\0\0II*\0\xff\xff\xff\xffgarbage"), 1, 5, 7), GREY[None] / 255)


def test_an_animation_gives_its_first_frame():
    frames = [Image.fromarray(np.full((4, 4), level, "uint8")) for level in (0, 255)]
    for form in ("GIF", "WEBP", "PNG"):
        content = encode(
            frames[0], form, save_all=True, append_images=frames[1:], **{"lossless": True} if form == "WEBP" else {}
        )
        same(decode(content, 1, 4, 4), np.zeros((1, 4, 4)))


# size


def test_a_picture_of_the_right_size_is_left_alone_and_another_cropped_around_its_centre():
    wide = np.zeros((8, 24), "uint8")
    wide[:, 8:16] = 200
    same(decode(png(wide), 1, 8, 8), np.full((1, 8, 8), 200 / 255))
    same(decode(png(wide.T.copy()), 1, 8, 8), np.full((1, 8, 8), 200 / 255))
    same(decode(png(np.full((64, 64), 90, "uint8")), 3, 5, 9), np.full((3, 5, 9), 90 / 255))


def test_shrinking_averages():
    checks = (np.indices((64, 64)).sum(0) % 2 * 255).astype("uint8")
    same(decode(png(checks), 1, 8, 8), np.full((1, 8, 8), 0.5), 0.05)


def test_a_large_photograph_is_decoded_smaller_and_looks_the_same(monkeypatch):
    photograph = Image.fromarray(RANDOM.integers(0, 256, (12, 16, 3), dtype="uint8")).resize((800, 600), 3)
    content = encode(photograph, "JPEG", quality=95)
    small = decode(content, 3, 32, 32)
    sizes = []
    original = pictures._fit
    monkeypatch.setattr(pictures, "_fit", lambda image, *size: sizes.append(image.size) or original(image, *size))
    decode(content, 3, 32, 32)
    monkeypatch.setattr(pictures, "DRAFT", 1000)
    whole = decode(content, 3, 32, 32)
    assert sizes == [(200, 150), (800, 600)]
    same(small, whole, 3 / 255)
    assert abs(small - whole).mean() < 0.3 / 255


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 12), st.integers(1, 12))
def test_any_size_fits_any_network(height, width, wanted_height, wanted_width):
    level = np.full((height, width), 77, "uint8")
    same(decode(png(level), 3, wanted_height, wanted_width), np.full((3, wanted_height, wanted_width), 77 / 255))


# refusals


def _bomb() -> bytes:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    whole = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + whole + struct.pack(">I", 4) + b"IDAT" + b"1234" + struct.pack(">I", 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no picture"),
        (b"notes about pictures", "is no picture"),
        (_bomb(), "has more than 64,000,000 pixels"),
        (encode(Image.new("1", (8_001, 8_000))), "has 8,001 × 8,000 pixels, more than 64,000,000"),
        (png(COLOUR)[:-30], "is damaged: "),
        (encode(Image.fromarray(COLOUR).resize((90, 90)), "JPEG")[:-200], "is damaged: image file is truncated"),
    ],
)
def test_what_cannot_be_read_says_why(content, reason):
    with pytest.raises(Unreadable, match=reason):
        decode(content, 3, 8, 8)


def test_a_large_file_is_not_decoded(monkeypatch):
    monkeypatch.setattr(pictures, "BYTES_AT_MOST", 100)
    with pytest.raises(Unreadable, match="has 101 bytes, more than 100"):
        decode(bytes(101), 3, 8, 8)


WHOLE = {
    form: encode(Image.fromarray(RANDOM.integers(0, 256, (24, 24, 3), dtype="uint8")), form)
    for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
}


@settings(max_examples=250)
@given(
    st.sampled_from(list(WHOLE)),
    st.integers(0, 10**6),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=6),
)
def test_damaged_bytes_are_a_picture_or_a_reason(form, end, flips):
    content = bytearray(WHOLE[form])
    for at, flip in flips:
        content[at % len(content)] ^= flip
    content = bytes(content) if end % 2 else bytes(content[: end % len(content)])
    try:
        found = decode(content, 3, 6, 6)
    except Unreadable:
        return
    assert found.shape == (3, 6, 6) and found.dtype == np.float32
    assert found.min() >= 0 and found.max() <= 1


# as examples


class Given:
    """Encoded pictures in memory."""

    def __init__(self, contents):
        self.name, self.contents, self.y = "given", contents, np.arange(len(contents)) % 2

    def picture_name(self, i):
        return f"picture {i}"

    def encoded(self, i):
        return self.contents[i]


@pytest.mark.parametrize(("shape", "array"), [((3, 5, 7), COLOUR), ((1, 5, 7), GREY), ((5, 7), GREY)])
def test_examples_are_standardised_and_raw_are_the_levels_again(shape, array):
    mean, std = ([0.4, 0.5, 0.6], [0.2, 0.25, 0.3]) if shape[0] == 3 else ([0.4], [0.2])
    examples = Pictures(Given([png(array)] * 3), shape, mean, std)
    index = np.array([2, 0])
    x, y = examples.read(index)
    expected = (np.atleast_3d(array) / 255 - mean) / std
    same(x[1].reshape(-1, 5, 7).permute(1, 2, 0), expected, 1e-5)
    assert x.shape == (2, *shape) and y.tolist() == [0, 0]
    np.testing.assert_array_equal(examples.raw(index, x), [array, array])


def test_an_unreadable_example_is_marked_named_and_counted():
    examples = Pictures(Given([png(GREY)] * 150 + [b"no"]), (1, 5, 7), [0.0], [1.0])
    x, y = examples.read(np.array([1, 150]))
    assert y.tolist() == [1, -1] and not x[1].any()
    examples.read(np.array([150]))
    assert examples.skipped == [("picture 150", "is no picture")]


@pytest.mark.parametrize("shape", [(4, 5, 7), (2, 5, 7), (9,), (1, 1, 1, 1)])
def test_a_network_that_takes_no_pictures_is_told_so(shape):
    with pytest.raises(UsageError, match="given holds pictures, of 1 or 3 channels, and the network takes examples of"):
        Pictures(Given([b""]), shape, [0.0], [1.0])
