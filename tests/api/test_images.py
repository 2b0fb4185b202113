"""Pictures become files with the same pixels."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

import mltrack
from tests.api.logged import kept

NUMBERS = np.arange(24, dtype=np.uint8)


def seen(data: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 1), (2, 4, 3), (2, 3, 4)])
def test_the_pixels_of_an_array_come_back_from_its_png(shape: tuple[int, ...]) -> None:
    array = NUMBERS.reshape(shape)
    data = kept(lambda run: run.log_image(array, "a.png"), "a.png")
    assert np.array_equal(seen(data).reshape(shape), array)


def test_floats_from_0_to_1_and_bools_are_pixels_too() -> None:
    floats = np.array([[0.0, 0.5], [0.999, 1.0]], dtype=np.float32)
    data = kept(lambda run: run.log_image(floats, "a.png"), "a.png")
    assert seen(data).tolist() == [[0, 128], [255, 255]]
    data = kept(lambda run: run.log_image(floats > 0.5, "a.png"), "a.png")
    assert seen(data).tolist() == [[0, 0], [255, 255]]


def test_a_jpeg_is_made_from_an_array() -> None:
    grey = np.full((8, 8), 200, dtype=np.uint8)
    data = kept(lambda run: run.log_image(grey, "a.jpg"), "a.jpg")
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    assert np.abs(seen(data).astype(int) - 200).max() <= 2


def test_a_pillow_image_is_kept_without_what_it_knows_of_its_camera() -> None:
    image = Image.new("RGBA", (3, 2), (1, 2, 3, 4))
    image.getexif()[271] = "Camera of Ada"
    image.info["comment"] = "Camera of Ada"
    data = kept(lambda run: run.log_image(image, "a.png"), "a.png")
    assert seen(data)[0, 0].tolist() == [1, 2, 3, 4]
    assert b"Camera" not in data
    assert b"Camera" not in kept(lambda run: run.log_image(image.convert("RGB"), "a.jpg"), "a.jpg")


@pytest.mark.parametrize(
    ("image", "to", "message"),
    [
        (np.zeros((3, 8, 8), np.uint8), "a.png", "transpose"),
        (np.zeros((8, 8, 2), np.uint8), "a.png", "is no picture"),
        (np.zeros((0, 8), np.uint8), "a.png", "is no picture"),
        (np.zeros(8, np.uint8), "a.png", "is no picture"),
        (np.full((2, 2), 255.0), "a.png", "array / 255"),
        (np.full((2, 2), -0.1), "a.png", "from 0 to 1"),
        (np.full((2, 2), np.nan), "a.png", "from 0 to 1"),
        (np.zeros((2, 2, 4), np.uint8), "a.jpg", "cannot be a JPEG"),
        (Image.new("RGBA", (2, 2)), "a.jpeg", "cannot be a JPEG"),
        (Image.new("F", (2, 2)), "a.png", "cannot be a PNG"),
        (np.zeros((2, 2), np.uint8), "a.gif", "log_image writes .png"),
    ],
)
def test_an_array_that_is_no_picture_says_why(image: Any, to: str, message: str) -> None:
    with mltrack.start_run() as run, pytest.raises(ValueError, match=message):
        run.log_image(image, to)


@pytest.mark.parametrize("image", [np.zeros((2, 2), np.int64), [[1, 2]], "a.png", None])
def test_pixels_of_another_type_are_refused(image: Any) -> None:
    with mltrack.start_run() as run, pytest.raises(TypeError, match="log_image"):
        run.log_image(image, "a.png")
